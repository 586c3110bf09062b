/** `results.json` as Gradescope's autograder takes it. The shape is in `testdata/gradescope.schema.json`. */
import type { Grade, ItemGrade, PartGrade } from '../score/grade.ts';
import type { ClassInfo } from './outputs.ts';
import { asText, stateWords } from './standing-words.ts';

export function renderGradescope(grade: Grade, info: ClassInfo): string {
  const notGraded = grade.points - grade.maximum;
  const output = [
    `${grade.name}: ${grade.earned} of ${grade.maximum} points`,
    ...(grade.finished ? [] : ['Grading is under way; more points may come.']),
    ...(notGraded > 0
      ? [`${notGraded} points could not be graded through no fault of the submission, and count neither way.`]
      : []),
    ...(grade.obstacle === undefined ? [] : [grade.obstacle.why, ...grade.obstacle.details]),
    info.widening,
  ];
  const results = {
    score: grade.earned,
    execution_time: Math.round(grade.ms / 1_000),
    output: output.join('\n'),
    output_format: 'text',
    visibility: 'visible',
    stdout_visibility: 'hidden',
    extra_data: {
      submission: grade.id,
      digest: grade.digest,
      maximum: grade.maximum,
      finished: grade.finished,
    },
    tests: grade.parts.flatMap((part, at) =>
      part.items.map((item, i) => testOf(part, item, `${at + 1}.${i + 1}`)),
    ),
  };
  return `${JSON.stringify(results, null, 2)}\n`;
}

function testOf(part: PartGrade, item: ItemGrade, number: string) {
  const { state } = item.standing;
  const open = state === 'not-graded' || state === 'pending';
  return {
    number,
    name: `${part.name}: ${item.name}`,
    score: item.earned,
    // What could not be graded is out of the maximum too.
    max_score: state === 'not-graded' ? 0 : item.points,
    ...(open ? {} : { status: state === 'earned' ? 'passed' : 'failed' }),
    output: `${stateWords[state]}. ${asText(item)}`,
    output_format: 'text',
    tags: [part.name, state],
    visibility: 'visible',
    extra_data: { part: part.name, item: item.name, state, points: item.points },
  };
}
