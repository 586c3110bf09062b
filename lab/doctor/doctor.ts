/** What the command line needs of the doctor. */
export { examine } from './examine.ts';
export { exitCodeOf, type Finding } from './finding.ts';
export { findingsToJson, renderFinding, renderSummary } from './render-findings.ts';
