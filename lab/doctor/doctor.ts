/** What the command line needs of the doctor. */
export { examine, type ExamineOptions } from './examine.ts';
export { exitCodeOf, type Finding } from './finding.ts';
export { defaultLimits, type DoctorLimits } from './limits.ts';
export {
  findingsToJson,
  renderFinding,
  renderFindings,
  renderSummary,
  type RenderOptions,
} from './render-findings.ts';
