export { junitReport } from './conformance/junit-report.ts';
export type {
  ConformanceCredentials,
  ConformanceEndpoints,
  ConformanceExchange,
  ConformanceOptions,
  ConformanceReport,
  ConformanceResult,
  ConformanceRule,
} from './conformance/options.ts';
export { ConformanceError, checkConformance, conformanceRules } from './conformance/run.ts';
export { textReport } from './conformance/text-report.ts';
