/** `grades.csv`: a line for each submission, a column for each part. */
import { stringify } from 'csv-stringify/sync';
import type { Grade } from '../score/grade.ts';

export function renderGradebook(grades: readonly Grade[]): string {
  const parts = grades[0]?.parts.map(({ name }) => name) ?? [];
  const rows = grades.map((grade) => ({
    submission: grade.id,
    name: grade.name,
    score: grade.earned,
    maximum: grade.maximum,
    'not graded': grade.points - grade.maximum,
    finished: grade.finished ? 'yes' : 'no',
    ...Object.fromEntries(grade.parts.map(({ name, earned }) => [name, earned])),
    note: grade.obstacle?.why ?? '',
    digest: grade.digest,
  }));
  return stringify(rows, {
    header: true,
    columns: ['submission', 'name', 'score', 'maximum', 'not graded', 'finished', ...parts, 'note', 'digest'],
    // A name that begins with "=" must not become a formula in somebody's spreadsheet.
    escape_formulas: true,
  });
}
