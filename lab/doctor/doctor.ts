/** What the command line needs of the doctor. */
export { catalogue, contractSections } from './catalogue.ts';
export { features, type Feature } from './check.ts';
export { defaultLimits } from './limits.ts';
export { examine, type ExamineOptions } from './examine.ts';
export { exitCodeOf, type Failed, type Finding } from './finding.ts';
export { findingsToJson, renderFinding, renderSummary } from './render-findings.ts';
