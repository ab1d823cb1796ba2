import type { DefinitionRequest } from '@lcm/core/api/definitions.ts';
import { definitionSpec } from '@lcm/core/domain/definition-state.ts';
import { evaluateRubric } from '@lcm/core/grading/evaluate-rubric.ts';
import { parseTopology } from '@lcm/core/topology/parse-topology.ts';
import { topologyFacts } from '@lcm/core/topology/topology-facts.ts';
import { applyText } from '@lcm/simulator/cml/device/config-edit.ts';
import { parseConfig, renderConfig } from '@lcm/simulator/cml/device/config-tree.ts';
import { describe, expect, test } from 'vitest';
import { seedDefinitions, seedSolution } from './seed-definitions.ts';

const seeds = await seedDefinitions();
const factsOf = (seed: DefinitionRequest) => {
  const spec = definitionSpec.parse(seed);
  return {
    spec,
    topology: parseTopology(seed.topology ?? ''),
    facts: topologyFacts(parseTopology(seed.topology ?? ''), spec),
  };
};

describe('the definitions that come with LCM', () => {
  test('are these', () => {
    expect(seeds.map(({ name }) => name)).toEqual([
      'campus-sandbox',
      'static-routing-basics',
      'vlan-trunk-troubleshooting',
    ]);
  });

  test.each(seeds)('$name can be published without a remark that would keep it from use', (seed) => {
    const { facts } = factsOf(seed);
    expect(facts.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect(facts.need.nodes).toBeLessThanOrEqual(20);
  });

  test.each(seeds.filter(({ grading }) => grading))(
    '$name: the configurations fail at the start and pass when solved',
    async (seed) => {
      const { spec, topology } = factsOf(seed);
      const rubric = spec.grading?.rubric;
      const solution = await seedSolution(seed.name);
      if (!rubric || !solution) throw new Error(`${seed.name} is graded without rubric or solution`);
      const typed = (text: string, label: string) =>
        renderConfig(applyText(parseConfig(text), solution[label] ?? '', 'merge'));
      const configurations = (change: (text: string, label: string) => string) =>
        Object.fromEntries(
          topology.nodes.map(({ label, configuration }) => [
            `config:${label}`,
            change(configuration[0]?.content ?? '', label),
          ]),
        );
      // What devices print needs devices; their configurations are judged here.
      const onlyConfigurations = {
        ...rubric,
        items: rubric.items
          .map((item) => ({
            ...item,
            checks: item.checks.filter(({ source }) => source.startsWith('config:')),
          }))
          .filter(({ checks }) => checks.length > 0),
      };
      const match = (pattern: string, flags: string, text: string) => new RegExp(pattern, flags).test(text);
      const before = await evaluateRubric(
        onlyConfigurations,
        configurations((text) => text),
        match,
      );
      const after = await evaluateRubric(onlyConfigurations, configurations(typed), match);
      expect(before.sections.flatMap(({ items }) => items.filter(({ passed }) => passed))).toEqual([]);
      expect(after.sections.flatMap(({ items }) => items.flatMap(({ issues }) => issues))).toEqual([]);
    },
  );
});
