import type { ConsoleAction } from '../../src/officers/officer-policy.ts'

/**
 * What each root field of the console asks of an officer's roles. A root field that is not here is not on the console,
 * whatever other surface has it.
 */
type Asked = ConsoleAction | ByInput
/** Where what is asked follows from the input; `any` names every action that may come of it. */
type ByInput = { any: readonly ConsoleAction[]; of(args: InputOf): ConsoleAction }
type InputOf = { input: Readonly<Record<string, unknown>> }

/** Whoever is signed in may know who she is. */
export const forEveryOfficer = 'EVERY_OFFICER'

export const rootActions: {
  readonly Query: Readonly<Record<string, Asked | typeof forEveryOfficer>>
  readonly Mutation: Readonly<Record<string, Asked>>
} = {
  Query: {
    viewer: forEveryOfficer,

    departments: 'catalogue.read',
    divisions: 'catalogue.read',
    datasets: 'catalogue.read',
    measures: 'catalogue.read',
    listTypes: 'catalogue.read',
    clocks: 'catalogue.read',
    penaltyGrades: 'catalogue.read',
    publicationRules: 'catalogue.read',

    managedDepartments: 'department.read',
    managedDepartment: 'department.read',

    managedDatasets: 'catalogue.read',
    datasetHistory: 'catalogue.read',
    datasetByExampleFor: 'dataset.publish',

    officers: 'officer.read',
    officer: 'officer.read',
    recoveries: 'officer.recover',

    batch: 'batch.read',
    batches: 'batch.read',
    datasetByExample: 'dataset.draft',
    lateSubmissions: 'batch.read',
    dashboard: 'dashboard.read',
    auditEntries: 'audit.read',
    auditExport: 'audit.read',
    officerActs: 'audit.read',
    administrationEvents: 'audit.read',
    signInEvents: 'audit.read',

    timeliness: 'dashboard.read',
    remedyTimeliness: 'dashboard.read',
    measureStatistics: 'dashboard.read',

    listingProposals: 'listing.read',
    managedListing: 'listing.read',
    remedies: 'remedy.read',
    remedy: 'remedy.read',
    measureTasks: 'task.read',
    identityProposals: 'identity.read',

    pendingActs: 'act.read',

    lookUp: 'subject.lookUp',
    screen: 'subject.lookUp',
    searchSubjects: 'subject.lookUp',
    records: 'record.read',
    listings: 'record.read',
  },
  Mutation: {
    registerDepartment: 'department.register',
    addDivision: 'department.register',
    renameDepartment: 'department.rename',
    issueEnrolmentCode: 'department.enrol',
    approveDepartmentKey: 'department.enrol',
    refuseDepartmentKey: 'department.enrol',
    revokeDepartmentKey: 'department.suspend',
    suspendDepartment: 'department.suspend',
    resumeDepartment: 'department.suspend',
    mergeDepartments: 'department.merge',
    grantDataset: 'department.grant',
    revokeDatasetGrant: 'department.grant',

    proposeDataset: 'dataset.draft',

    publishDataset: 'dataset.publish',
    publishDatasetDraft: 'dataset.publish',
    retireDataset: 'dataset.publish',

    importCatalogue: 'measureCatalogue.change',

    createOfficer: 'officer.manage',
    assignOfficer: 'officer.manage',
    renewOfficerSetUpCode: 'officer.manage',
    disableOfficer: 'officer.manage',
    enableOfficer: 'officer.manage',
    revokeOfficerSession: 'officer.manage',
    openRecovery: 'officer.recover',
    confirmRecovery: 'officer.recover',
    cancelRecovery: 'officer.recover',

    // Records come as files, which wait for a second person where they feed a list: submitRecords lists at once.
    cancelBatch: 'batch.submit',
    confirmBatch: 'batch.confirm',
    correctRecord: 'record.change',
    withdrawRecord: 'record.withdraw',
    supersedeRecord: 'record.withdraw',

    giveListingNotice: 'listing.propose',
    // That the subject was heard is noted by one person; what decides on it needs two.
    changeListing: byInput(['listing.propose', 'listing.decide'], ({ event }) =>
      event === 'OBJECTED' ? 'listing.propose' : 'listing.decide',
    ),

    openRemedy: 'objection.decide',
    acceptRemedy: 'objection.decide',
    refuseRemedy: 'objection.decide',
    sendRemedyToProvider: 'objection.decide',
    answerRemedy: 'objection.decide',
    pauseRemedy: 'objection.decide',
    resumeRemedy: 'objection.decide',
    withdrawRemedy: 'objection.decide',
    // An objection that is upheld corrects or ends a listing.
    decideRemedy: byInput(['objection.decide', 'listing.decide', 'repair.decide'], ({ decision }) =>
      decision === 'REJECTED'
        ? 'objection.decide'
        : decision === 'UPHELD'
          ? 'listing.decide'
          : 'repair.decide',
    ),

    respondToTask: 'task.answer',
    reportFeedback: 'task.answer',
    confirmLifted: 'measure.change',

    proposeIdentity: 'identity.propose',
    judgeIdentity: 'identity.judge',
    withdrawJudgement: 'identity.judge',
    decideDoubtfulNumber: 'identity.propose',

    proposeAct: 'act.propose',
    // Who proposed an act takes it back; everything else of it is the second person's, which the act itself asks.
    decideAct: byInput(['act.decide', 'act.propose'], ({ decision }) =>
      decision === 'WITHDRAW' ? 'act.propose' : 'act.decide',
    ),

    issueSearchCertificate: 'certificate.print',
    issueCreditReport: 'certificate.print',
  },
}

/** Readings that tell of no subject, and leave no leaf in the log; everything else an officer asks does. */
export const unlogged: ReadonlySet<string> = new Set([
  '__typename',
  '__schema',
  '__type',
  'viewer',
  'departments',
  'divisions',
  'datasets',
  'measures',
  'listTypes',
  'clocks',
  'penaltyGrades',
  'publicationRules',
  'managedDepartments',
  'managedDepartment',
  'managedDatasets',
  'datasetHistory',
  'datasetByExample',
  'datasetByExampleFor',
  'officers',
  'officer',
  'recoveries',
  'batch',
  'batches',
  'lateSubmissions',
  'dashboard',
  'timeliness',
  'remedyTimeliness',
  'measureStatistics',
  'auditEntries',
  'auditExport',
  'officerActs',
  'administrationEvents',
  'signInEvents',
])

/** An officer who goes through what is known of subjects says what for; systems of departments say so where they know it. */
export const purposeDemanded: ReadonlySet<string> = new Set(['records', 'listings', 'searchSubjects'])

function byInput(
  any: readonly ConsoleAction[],
  of: (input: Readonly<Record<string, unknown>>) => ConsoleAction,
): ByInput {
  return { any, of: ({ input }) => of(input) }
}

/** Every action that the field may ask for. */
export const actionsOf = (asked: Asked): readonly ConsoleAction[] =>
  typeof asked === 'string' ? [asked] : asked.any

export const askedWith = (asked: Asked, args: unknown): ConsoleAction =>
  // Arguments were read by the schema, which demands `input` of every field whose action follows from it.
  typeof asked === 'string' ? asked : asked.of(args as InputOf)
