/** Printed from schema/public.graphql and the operations beside it by `npm run sdl`. Do not edit. */
export type Answers = {
  ApplyForRemedy: {
    applyForRemedy: {
      code: string
      kind: 'OBJECTION' | 'REPAIR'
      openedOn: string
    }
  }
  Cases: {
    cases: {
      edges: {
        node: {
          documentNo: string | null
          name: string
          uscc: string | null
          legalRepresentative: string | null
          violation: string | null
          facts: string | null
          penaltyKinds: string | null
          basis: string | null
          penalty: string | null
          fine: string | null
          confiscated: string | null
          validUntil: string | null
          organ: string
          decidedOn: string
          publication: {
            dueOn: string | null
            publishedOn: string
            status: 'BACKLOG' | 'LATE' | 'ON_TIME'
            provisional: boolean
          }
          publicationEndsOn: string | null
          disputedSince: string | null
          correctedOn: string | null
        }
      }[]
      pageInfo: {
        hasNextPage: boolean
        endCursor: string | null
      }
      totalCount: number
    }
    caseRules: {
      contents: string[]
      exceptions: string[]
      days: number | null
      unit: string | null
      legalBasis: string[]
    }
  }
  CreditCode: {
    checkCreditCode: {
      status: 'CHECKSUM_MISMATCH' | 'MALFORMED' | 'VALID'
      code: string | null
      rule: string | null
      suggestion: string | null
      warnings: string[]
      parts: {
        from: number
        to: number
        name: string
        nameEn: string
        value: string
        meaning: string | null
      }[]
    }
  }
  Departments: {
    departments: {
      code: string
      name: string
      kind: string
      division: string
      divisionName: string
      successor: string | null
      datasets: {
        code: string
        name: string
        nameEn: string
        nature: string
        coverage: string
        updateCycle: string
        legalBasis: string[]
        listType: string | null
        fields: {
          name: string
          label: string
          labelEn: string
          unit: string | null
        }[]
      }[]
    }[]
  }
  DisputableRecord: {
    record: {
      kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
      name: string
      datasetName: string
      documentNo: string | null
      day: string
      source: {
        name: string
      }
    } | null
  }
  DoublePublicity: {
    doublePublicity: {
      edges: {
        node: {
          uscc: string | null
          name: string
          documentNo: string | null
          day: string
          source: {
            name: string
          }
          updatedOn: string
          publicationEndsOn: string | null
          disputedSince: string | null
          correctedOn: string | null
          fields: {
            name: string
            label: string
            labelEn: string
            unit: string | null
            value: string
          }[]
        }
      }[]
      pageInfo: {
        hasNextPage: boolean
        endCursor: string | null
      }
      totalCount: number
    }
  }
  Frame: {
    divisions: {
      code: string
      name: string
    }[]
    departments: {
      division: string
    }[]
  }
  Home: {
    home: {
      version: {
        dataVersion: number
        day: string
      }
      counters: {
        organisations: number
        licences: number
        penalties: number
        cases: number
        listed: {
          nature: 'JOINT_PUNISHMENT' | 'KEY_ATTENTION' | 'SERIOUS_DISHONESTY' | 'TRUSTWORTHY'
          entries: number
        }[]
        departments: number
        datasets: number
      }
      latestPenalties: {
        kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
        listType: string | null
        uscc: string | null
        name: string
        documentNo: string | null
        day: string
        source: {
          name: string
        }
        updatedOn: string
      }[]
      latestLicences: {
        kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
        listType: string | null
        uscc: string | null
        name: string
        documentNo: string | null
        day: string
        source: {
          name: string
        }
        updatedOn: string
      }[]
      latestListed: {
        kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
        listType: string | null
        uscc: string | null
        name: string
        documentNo: string | null
        day: string
        source: {
          name: string
        }
        updatedOn: string
      }[]
    }
  }
  ListEntries: {
    listEntries: {
      edges: {
        node: {
          listType: string | null
          uscc: string | null
          name: string
          documentNo: string | null
          day: string
          endsOn: string | null
          source: {
            name: string
          }
          updatedOn: string
          publicationEndsOn: string | null
          disputedSince: string | null
        }
      }[]
      pageInfo: {
        hasNextPage: boolean
        endCursor: string | null
      }
      totalCount: number
    }
  }
  Lists: {
    lists: {
      code: string
      name: string
      nature: 'JOINT_PUNISHMENT' | 'KEY_ATTENTION' | 'SERIOUS_DISHONESTY' | 'TRUSTWORTHY'
      field: string
      scope: string
      basis: string[]
      determinedBy: string
      termMonths: number | null
      earlyExitMonths: number | null
      entries: number
    }[]
    divisions: {
      code: string
      name: string
    }[]
  }
  Measures: {
    measures: {
      code: string
      name: string
      content: string
      class: string
      target: string
      reducesRights: boolean
      legalBasis: string[]
      departmentKinds: string[]
      matters: string[]
      triggers: {
        listType: string
        listTypeName: string
        grades: string[] | null
      }[]
      effectiveFrom: string
      effectiveTo: string | null
    }[]
  }
  OpenData: {
    openData: {
      day: string
      dataVersion: number
      files: {
        file: string
        format: string
        rows: number
        bytes: number
        sha256: string
      }[]
    } | null
  }
  PersonEntries: {
    personEntries: {
      asOf: string
      entries: {
        kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
        listType: string | null
        documentNo: string | null
        day: string
        endsOn: string | null
        source: {
          code: string
          name: string
        }
        facts: string | null
        decision: string | null
        updatedOn: string
        publicationEndsOn: string | null
        disputedSince: string | null
        correctedOn: string | null
        nameBasis: string
      }[]
    }
  }
  RemedyClocks: {
    remedyClocks: {
      kind: 'OBJECTION' | 'REPAIR'
      clocks: {
        code: string
        name: string
        days: number
        unit: string
        legalBasis: string[]
      }[]
    }[]
  }
  RemedyProgress: {
    remedyProgress: {
      kind: 'OBJECTION' | 'REPAIR'
      phase: 'ACCEPTED' | 'ANSWERED' | 'DENIED' | 'GRANTED' | 'RECEIVED' | 'REFUSED' | 'REJECTED' | 'UPHELD' | 'VERIFYING' | 'WITHDRAWN'
      openedOn: string
      closedOn: string | null
      present: {
        name: string
        owedBy: string | null
        dueOn: string | null
        provisional: boolean
        overdue: boolean
        legalBasis: string[]
      } | null
      history: {
        type: 'ACCEPTED' | 'ANSWERED' | 'DENIED' | 'ESCALATED' | 'GRANTED' | 'INSPECTION_BEGAN' | 'INSPECTION_ENDED' | 'RECEIVED' | 'REFUSED' | 'REJECTED' | 'SENT_TO_PROVIDER' | 'UPHELD' | 'WITHDRAWN'
        on: string
        by: string | null
        reasons: string | null
      }[]
    } | null
  }
  Search: {
    searchSubjects: {
      edges: {
        node: {
          uscc: string
          name: string
          adverse: number
          trustworthy: number
          penalties: number
          licences: number
        }
      }[]
      pageInfo: {
        hasNextPage: boolean
        endCursor: string | null
      }
      totalCount: number
    }
  }
  Statistics: {
    statistics: {
      asOf: string
      byMonth: {
        month: string
        counts: {
          licences: number
          penalties: number
          cases: number
          adverse: number
          trustworthy: number
        }
      }[]
      byDivision: {
        division: string
        name: string | null
        counts: {
          licences: number
          penalties: number
          cases: number
          adverse: number
          trustworthy: number
        }
      }[]
      byField: {
        field: string
        nature: 'JOINT_PUNISHMENT' | 'KEY_ATTENTION' | 'SERIOUS_DISHONESTY' | 'TRUSTWORTHY'
        entries: number
      }[]
      timeliness: {
        department: string
        departmentName: string
        dataset: string
        datasetName: string
        rule: string
        received: number
        onTime: number
        late: number
        backlog: number
        medianDays: number
      }[]
    }
  }
  Subject: {
    subject: {
      uscc: string
      name: string
      updatedOn: string
      basic: {
        reference: string
        kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
        dataset: string
        datasetName: string
        listType: string | null
        name: string
        documentNo: string | null
        day: string
        endsOn: string | null
        source: {
          code: string
          name: string
        }
        updatedOn: string
        publicationEndsOn: string | null
        disputedSince: string | null
        correctedOn: string | null
        fields: {
          name: string
          label: string
          labelEn: string
          unit: string | null
          value: string
        }[]
      }[]
      counts: {
        group: 'KEY_ATTENTION' | 'LICENCES' | 'PENALTIES' | 'SERIOUS_DISHONESTY' | 'TRUSTWORTHY'
        records: number
      }[]
      licences: {
        edges: {
          node: {
            reference: string
            kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
            dataset: string
            datasetName: string
            listType: string | null
            name: string
            documentNo: string | null
            day: string
            endsOn: string | null
            source: {
              code: string
              name: string
            }
            updatedOn: string
            publicationEndsOn: string | null
            disputedSince: string | null
            correctedOn: string | null
            fields: {
              name: string
              label: string
              labelEn: string
              unit: string | null
              value: string
            }[]
          }
        }[]
        pageInfo: {
          hasNextPage: boolean
          endCursor: string | null
        }
      }
      penalties: {
        edges: {
          node: {
            reference: string
            kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
            dataset: string
            datasetName: string
            listType: string | null
            name: string
            documentNo: string | null
            day: string
            endsOn: string | null
            source: {
              code: string
              name: string
            }
            updatedOn: string
            publicationEndsOn: string | null
            disputedSince: string | null
            correctedOn: string | null
            fields: {
              name: string
              label: string
              labelEn: string
              unit: string | null
              value: string
            }[]
          }
        }[]
        pageInfo: {
          hasNextPage: boolean
          endCursor: string | null
        }
      }
      trustworthy: {
        edges: {
          node: {
            reference: string
            kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
            dataset: string
            datasetName: string
            listType: string | null
            name: string
            documentNo: string | null
            day: string
            endsOn: string | null
            source: {
              code: string
              name: string
            }
            updatedOn: string
            publicationEndsOn: string | null
            disputedSince: string | null
            correctedOn: string | null
            fields: {
              name: string
              label: string
              labelEn: string
              unit: string | null
              value: string
            }[]
          }
        }[]
        pageInfo: {
          hasNextPage: boolean
          endCursor: string | null
        }
      }
      keyAttention: {
        edges: {
          node: {
            reference: string
            kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
            dataset: string
            datasetName: string
            listType: string | null
            name: string
            documentNo: string | null
            day: string
            endsOn: string | null
            source: {
              code: string
              name: string
            }
            updatedOn: string
            publicationEndsOn: string | null
            disputedSince: string | null
            correctedOn: string | null
            fields: {
              name: string
              label: string
              labelEn: string
              unit: string | null
              value: string
            }[]
          }
        }[]
        pageInfo: {
          hasNextPage: boolean
          endCursor: string | null
        }
      }
      seriousDishonesty: {
        edges: {
          node: {
            reference: string
            kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
            dataset: string
            datasetName: string
            listType: string | null
            name: string
            documentNo: string | null
            day: string
            endsOn: string | null
            source: {
              code: string
              name: string
            }
            updatedOn: string
            publicationEndsOn: string | null
            disputedSince: string | null
            correctedOn: string | null
            fields: {
              name: string
              label: string
              labelEn: string
              unit: string | null
              value: string
            }[]
          }
        }[]
        pageInfo: {
          hasNextPage: boolean
          endCursor: string | null
        }
      }
    } | null
  }
  SubjectRecords: {
    subject: {
      records: {
        edges: {
          node: {
            reference: string
            kind: 'LICENCE' | 'LIST' | 'PENALTY' | 'REGISTRATION'
            dataset: string
            datasetName: string
            listType: string | null
            name: string
            documentNo: string | null
            day: string
            endsOn: string | null
            source: {
              code: string
              name: string
            }
            updatedOn: string
            publicationEndsOn: string | null
            disputedSince: string | null
            correctedOn: string | null
            fields: {
              name: string
              label: string
              labelEn: string
              unit: string | null
              value: string
            }[]
          }
        }[]
        pageInfo: {
          hasNextPage: boolean
          endCursor: string | null
        }
        totalCount: number
      }
    } | null
  }
  Suggest: {
    searchSubjects: {
      edges: {
        node: {
          uscc: string
          name: string
        }
      }[]
    }
  }
}
