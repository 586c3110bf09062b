/** The page of one submission: the points, where they went, and what shows it. */
import { escaped } from '../../report/escape.ts';
import { promiseOf } from '../../report/promises.ts';
import { linearizableWrites, promiseOfWrites } from '../judging/linearizable-writes.ts';
import type { Finding } from '../jobs/job.ts';
import type { Shown } from '../score/item-standing.ts';
import type { Grade, ItemGrade, PartGrade } from '../score/grade.ts';
import type { ClassInfo } from './outputs.ts';
import { figure, pageShell, shareClass, totalClass } from './page-shell.ts';
import { shownOf, stateWords, whyOf } from './standing-words.ts';

export function renderSubmissionPage(grade: Grade, info: ClassInfo): string {
  return pageShell(`${grade.earned} of ${grade.maximum}: ${grade.name}`, [
    pageHeader(grade, info),
    '<main>',
    ...begin(grade),
    ...grade.parts.map((part) => partSection(part, grade)),
    `<footer><p>${escaped(info.widening)}</p><p>Points are earned by runs that pass. What could not be decided through the lab’s own fault counts neither way.</p><p class="soft">submission ${escaped(grade.id)}, content ${grade.digest}</p></footer>`,
    '</main>',
  ]);
}

function pageHeader(grade: Grade, { title, cluster }: ClassInfo): string {
  const notGraded = grade.points - grade.maximum;
  const facts = [
    cluster === 'docker' ? 'in containers' : 'in processes',
    `${Math.round(grade.ms / 1_000)} s of tests`,
    ...(grade.finished ? [] : ['grading is under way']),
    ...(notGraded > 0 ? [`${notGraded} points not graded`] : []),
  ];
  return [
    '<header><div class="wide">',
    `<p class="soft"><a href="../../index.html">${escaped(title)}</a></p>`,
    `<div class="headline"><h1>${escaped(grade.name)}</h1><p class="score ${totalClass(grade)}">${figure(grade.earned, grade.maximum)}</p></div>`,
    `<p class="soft">${facts.map(escaped).join(' · ')}</p>`,
    `<nav class="strip">${grade.parts.map(segment).join('')}</nav>`,
    '</div></header>',
  ].join('\n');
}

/** One part in the strip: as wide as its points, filled as far as they are earned. */
function segment({ name, earned, maximum, points }: PartGrade): string {
  const share = maximum === 0 ? 0 : Math.round((earned / maximum) * 100);
  return `<a href="#${escaped(name)}" class="${shareClass(earned, maximum)}" style="flex-grow:${points};--share:${share}%"><span>${escaped(name)}</span><em>${earned} / ${maximum}</em></a>`;
}

/** The first thing to mend: parts build on each other, so what comes later often follows from it. */
function begin({ obstacle, parts }: Grade): string[] {
  if (obstacle !== undefined)
    return [
      `<section class="begin ${obstacle.cause === 'lab' ? 'doubt' : 'broken'}"><h2>${obstacle.cause === 'lab' ? 'Not graded' : 'Begin here'}</h2><p>${lines(obstacle.why)}</p>${detailsBlock(obstacle.details)}</section>`,
    ];
  const first = parts.flatMap((part) =>
    part.items.filter(({ standing }) => standing.state === 'lost').map((item) => ({ part, item })),
  )[0];
  if (first === undefined) return [];
  return [
    `<section class="begin broken"><h2>Begin here</h2><p><a href="#${escaped(first.part.name)}">${escaped(first.part.name)}: ${escaped(first.item.name)}</a>. ${escaped(first.item.says)} Parts build on each other: what is lost further down may follow from this.</p></section>`,
  ];
}

function partSection(part: PartGrade, grade: Grade): string {
  return [
    `<section class="part" id="${escaped(part.name)}">`,
    `<h2><span>${escaped(part.name)}</span><span class="score ${shareClass(part.earned, part.maximum)}">${figure(part.earned, part.maximum)}</span></h2>`,
    `<p class="soft">${escaped(part.says)}</p>`,
    ...part.items.map((item) => itemBlock(item, grade)),
    '</section>',
  ].join('\n');
}

const marks: Readonly<Record<ItemGrade['standing']['state'], string>> = {
  earned: '✓',
  lost: '✗',
  'not-graded': '?',
  'not-attempted': '–',
  unsupported: '–',
  'out-of-reach': '✗',
  pending: '…',
};

function itemBlock(item: ItemGrade, { obstacle }: Grade): string {
  const { standing, points, earned } = item;
  // The reason for everything that was not tried stands at the top of the page once.
  const why = standing.state === 'out-of-reach' && obstacle !== undefined ? '' : whyOf(standing);
  return [
    `<article class="item ${standing.state}">`,
    `<div class="line"><span class="mark">${marks[standing.state]}</span><span class="name">${escaped(item.name)}</span><span class="says">${escaped(item.says)}</span><span class="word">${stateWords[standing.state]}</span><span class="points">${earned} / ${points}</span></div>`,
    ...(why === '' ? [] : [`<p class="why">${lines(why)}</p>`]),
    ...shownOf(standing).flatMap((shown) => shownBlock(shown, standing.state === 'lost')),
    '</article>',
  ].join('\n');
}

function shownBlock(shown: Shown, lost: boolean): string[] {
  const blocks = [
    ...(lost ? shown.findings.map((finding) => findingBlock(finding)) : []),
    ...shown.remarks.map((remark) => remarkBlock(remark)),
  ];
  if (blocks.length === 0) return [];
  return [`<div class="shown">`, ...blocks, where(shown), '</div>'];
}

function findingBlock({ property, summary, details }: Finding): string {
  const promise = property === linearizableWrites ? promiseOfWrites : promiseOf(property);
  return `<div class="finding"><p><b>${escaped(property)}</b>${promise === '' ? '' : ` <span class="soft">${escaped(promise)}</span>`}</p><p>${lines(summary)}</p>${detailsBlock(details)}</div>`;
}

function remarkBlock({ property, summary }: Finding): string {
  return `<p class="remark">Seen too, and no matter of this part: <b>${escaped(property)}</b>. ${lines(summary)}</p>`;
}

/** Where to look further. The page lies two folders below the output's, and runs lie beside it. */
function where({ run, replay, seed }: Shown): string {
  const parts = [
    ...(run === undefined
      ? []
      : [`<a href="../../${escaped(encodeURI(run))}/report.html">the run, on a timeline</a>`]),
    ...(seed === undefined ? [] : [`seed ${seed}`]),
    ...(replay === undefined ? [] : [`again: <code>${escaped(replay)}</code>`]),
  ];
  return parts.length === 0 ? '' : `<p class="where">${parts.join(' · ')}</p>`;
}

const openLinesMax = 8;

function detailsBlock(details: readonly string[]): string {
  if (details.length === 0) return '';
  const text = `<pre>${details.map(escaped).join('\n')}</pre>`;
  return details.length <= openLinesMax
    ? text
    : `<details><summary>${details.length} lines</summary>${text}</details>`;
}

function lines(text: string): string {
  return escaped(text).replaceAll('\n', '<br>');
}
