/** The page of the class: who has how much of what, and what needs the instructor's eye. */
import { escaped } from '../../report/escape.ts';
import type { Grade, PartGrade } from '../score/grade.ts';
import type { ClassInfo } from './outputs.ts';
import { figure, pageShell, shareClass, totalClass } from './page-shell.ts';

export function renderClassPage(grades: readonly Grade[], info: ClassInfo): string {
  const finished = grades.filter((grade) => grade.finished).length;
  const parts = grades[0]?.parts ?? [];
  const facts = [
    `${grades.length} ${grades.length === 1 ? 'submission' : 'submissions'}`,
    finished === grades.length ? 'all graded' : `${finished} graded so far`,
    info.cluster === 'docker' ? 'in containers' : 'in processes',
    `${info.workers} at a time`,
  ];
  return pageShell(info.title, [
    '<header><div class="wide">',
    `<div class="headline"><h1>${escaped(info.title)}</h1></div>`,
    `<p class="soft">${facts.map(escaped).join(' · ')}</p>`,
    '</div></header>',
    '<main>',
    ...attention(grades),
    '<div class="scroll"><table class="class">',
    `<thead><tr><th>submission</th><th class="number">score</th>${parts.map(({ name, points }) => `<th class="number">${escaped(name)}<i>${points}</i></th>`).join('')}</tr></thead>`,
    '<tbody>',
    ...grades.map(row),
    '</tbody></table></div>',
    `<footer><p>${escaped(info.widening)}</p><p>The same for programs: <a href="grades.csv">grades.csv</a>, <a href="junit.xml">junit.xml</a>, and a results.json for Gradescope beside each submission’s page.</p></footer>`,
    '</main>',
  ]);
}

function row(grade: Grade): string {
  const { id, name, earned, maximum, parts, finished, obstacle } = grade;
  const note = obstacle === undefined ? (finished ? '' : 'under way') : firstLine(obstacle.why);
  return [
    '<tr>',
    `<th scope="row"><a href="submissions/${encodeURIComponent(id)}/index.html">${escaped(name)}</a>${note === '' ? '' : `<small>${escaped(note)}</small>`}</th>`,
    `<td class="number total"><span class="score ${totalClass(grade)}">${figure(earned, maximum)}</span></td>`,
    ...parts.map(cell),
    '</tr>',
  ].join('');
}

function cell({ earned, maximum, points, items }: PartGrade): string {
  const open = items.some(({ standing }) => standing.state === 'pending');
  const missing = points - maximum;
  const title = missing > 0 ? ` title="${missing} points not graded"` : '';
  const mark = missing > 0 ? '<sup>?</sup>' : '';
  return `<td class="number part ${open ? 'open' : shareClass(earned, maximum)}"${title}>${open ? '…' : `${earned}${mark}`}</td>`;
}

/** What the lab could not decide, submission by submission. */
function attention(grades: readonly Grade[]): string[] {
  const doubts = grades.flatMap((grade) =>
    grade.parts.flatMap((part) =>
      part.items.flatMap(({ name, points, standing }) =>
        standing.state === 'not-graded'
          ? [{ grade, what: `${part.name}: ${name}`, points, why: standing.why }]
          : [],
      ),
    ),
  );
  if (doubts.length === 0) return [];
  return [
    '<section class="begin doubt"><h2>Not graded</h2>',
    '<p>These points are out of score and maximum, since the lab or this machine is the reason. The same command tries none of them again; a new --out does.</p><ul>',
    ...doubts.map(
      ({ grade, what, points, why }) =>
        `<li><a href="submissions/${encodeURIComponent(grade.id)}/index.html">${escaped(grade.name)}</a>, ${escaped(what)} (${points}): ${escaped(firstLine(why))}</li>`,
    ),
    '</ul></section>',
  ];
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
