import { graphql, type ResultOf } from '../../api/graphql.ts'

export const FiguresDocument = graphql(`
  query DashboardFigures($from: Day!, $to: Day!) {
    timeliness(from: $from, to: $to) {
      dataset datasetName departmentName rule ruleName received onTime late
    }
    remedyTimeliness(from: $from, to: $to) {
      departmentCode departmentName rule ruleName due onTime late openOverdue
    }
    measureStatistics(from: $from, to: $to) {
      month initiated implemented notApplicable lifted overdue
    }
    dashboard {
      intake(from: $from, to: $to) { day received accepted held rejected }
      lists { listType name inForce proposed ended }
      tasks { department departmentName phase tasks }
      cases { kind phase cases }
      store {
        databaseBytes subjects logEntries signedEntries signedAt
        batchesAtWork batchesWaitingForOfficers tasksBehind webhooksStuck
      }
      service {
        ready logIntact startedAt answered refused medianTime slowTime eventLoopDelay residentBytes
      }
    }
  }
`)

type Figures = ResultOf<typeof FiguresDocument>
export type TimelinessRow = Figures['timeliness'][number]
export type CaseRow = Figures['remedyTimeliness'][number]
export type Numbers = Figures['dashboard']
export type MeasureRow = Figures['measureStatistics'][number]
