import type { DefinitionSpec, Finding } from '../domain/definition-state.ts';
import type { RubricCheck } from '../domain/rubric.ts';
import type { Topology } from './topology.ts';

/** Remarks about what a definition collects and grades: every name in it must be one that will be there. */
export function contentFindings(
  topology: Topology,
  spec: Pick<Partial<DefinitionSpec>, 'evidence' | 'grading'>,
): Finding[] {
  const labels = new Set(topology.nodes.map((node) => node.label));
  return [...evidenceFindings(topology, labels, spec.evidence), ...rubricFindings(labels, spec)];
}

const problem = (code: string, message: string, where: string): Finding => ({
  severity: 'error',
  code,
  message,
  where,
});

function evidenceFindings(
  topology: Topology,
  labels: ReadonlySet<string>,
  evidence: DefinitionSpec['evidence'],
): Finding[] {
  const links = new Set(topology.links.flatMap((link) => [link.id, link.label ?? link.id]));
  const commands = (evidence?.commands ?? []).flatMap(({ node }, index) =>
    labels.has(node)
      ? []
      : [problem('evidenceNode', `there is no node ${node}`, `/evidence/commands/${index}/node`)],
  );
  const captures = (evidence?.pcapLinks ?? []).flatMap((link, index) =>
    links.has(link)
      ? []
      : [problem('evidenceLink', `there is no link ${link}`, `/evidence/pcapLinks/${index}`)],
  );
  return [...commands, ...captures];
}

function rubricFindings(
  labels: ReadonlySet<string>,
  spec: Pick<Partial<DefinitionSpec>, 'evidence' | 'grading'>,
): Finding[] {
  const rules = spec.grading?.rubric;
  const engine = spec.grading?.engine;
  const findings: Finding[] = [];
  if (spec.grading && engine !== 'none' && !rules)
    findings.push(problem('noRubric', `engine ${engine} has no rubric to grade by`, '/grading/rubric'));
  if (spec.grading && engine !== 'none' && !spec.evidence)
    findings.push(problem('noEvidence', 'nothing is collected that could be graded', '/evidence'));
  if (!rules) return findings;
  const ids = new Set<string>();
  for (const [index, item] of rules.items.entries()) {
    const where = `/grading/rubric/items/${index}`;
    if (ids.has(item.id)) findings.push(problem('duplicateItem', `${item.id} is there twice`, `${where}/id`));
    ids.add(item.id);
    for (const [number, check] of item.checks.entries())
      findings.push(...checkFindings(check, `${where}/checks/${number}`, labels, spec.evidence));
  }
  const most = rules.items.reduce((sum, item) => sum + item.points, 0);
  if (rules.cutScore > most)
    findings.push(
      problem(
        'cutScore',
        `${rules.cutScore} points are needed to pass, ${most} can be had`,
        '/grading/rubric/cutScore',
      ),
    );
  return findings;
}

function checkFindings(
  check: RubricCheck,
  where: string,
  labels: ReadonlySet<string>,
  evidence: DefinitionSpec['evidence'],
): Finding[] {
  const findings: Finding[] = [];
  const collected = sourceProblem(check.source, labels, evidence);
  if (collected) findings.push(problem('rubricSource', collected, `${where}/source`));
  try {
    new RegExp(check.regex);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    findings.push(problem('rubricPattern', message, `${where}/regex`));
  }
  return findings;
}

/** Why no such evidence will be there; nothing where it will. */
function sourceProblem(
  source: string,
  labels: ReadonlySet<string>,
  evidence: DefinitionSpec['evidence'],
): string | undefined {
  if (source.startsWith('config:')) {
    const node = source.slice('config:'.length);
    if (!labels.has(node)) return `${source}: there is no node ${node}`;
    return evidence && !evidence.captureConfigs ? `${source}: configurations are not captured` : undefined;
  }
  if (!source.startsWith('output:')) return `${source} is neither config:<node> nor output:<node>:<command>`;
  const asked = (evidence?.commands ?? []).some(({ node, commands }) =>
    commands.some((command) => source === `output:${node}:${command}`),
  );
  return asked ? undefined : `${source}: no such command is run; name it in evidence.commands`;
}
