import type { Finding, Level } from './finding.js';

/** Findings as text for people: first what it is, then why it matters and what to do. */
export function findingsAsText(findings: readonly Finding[]): string {
  return `${findings.map(linesOf).join('\n')}\n\n${summaryOf(findings)}\n`;
}

function linesOf({ level, todo, what, why }: Finding): string {
  const lines = [`${level.padEnd(7)}  ${what}`];
  if (why !== undefined) lines.push(`         Why: ${why}`);
  if (todo !== undefined) lines.push(`         Do:  ${todo}`);
  return lines.join('\n');
}

function summaryOf(findings: readonly Finding[]): string {
  const count = (wanted: Level) => findings.filter(({ level }) => level === wanted).length;
  const problems = count('problem');
  const warnings = count('warning');
  if (problems + warnings === 0) return 'Nothing is wrong.';
  return `${amount(problems, 'problem')}, ${amount(warnings, 'warning')}.`;
}

const amount = (count: number, word: string) => `${count} ${word}${count === 1 ? '' : 's'}`;
