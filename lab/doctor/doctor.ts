/** What the command line needs of the doctor. */
export { contractSections } from './catalogue.ts';
export { features } from './check.ts';
export { defaultLimits } from './limits.ts';
export { examine } from './examine.ts';
export { exitCodeOf, type Finding } from './finding.ts';
export { findingsToJson, renderFinding, renderSummary } from './render-findings.ts';
