import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PIPELINE_NAMES, type PipelineName, stepPlan } from '../domain/pipeline-progress.ts';
import { orderSteps } from './order.ts';
import { type PipelineChange, planPipeline } from './plan.ts';

const needsOf = (plan: ReturnType<typeof planPipeline>, name: string) =>
  plan.find((step) => step.name === name)?.needs;

describe('the built-in pipelines', () => {
  it.each([
    [
      'instantiate',
      'content_sync variables lab_resolve ports_alloc tags_sync lab_binding lab_start lds_provision mark_ready',
    ],
    ['collect_evidence', 'close_access capture_configs capture_command_output export_pcaps package_evidence'],
    ['compute_grading', 'load_rubric evaluate record_score'],
    ['teardown', 'stop_lab deregister_lds wipe_lab archive'],
  ] as [PipelineName, string][])('%s does %s', (name, steps) => {
    const plan = planPipeline(name);
    expect(plan.map((step) => step.name).sort()).toEqual(steps.split(' ').sort());
  });

  it('are plans as they are persisted', () => {
    for (const name of PIPELINE_NAMES)
      for (const step of planPipeline(name)) expect(stepPlan.parse(step)).toEqual(step);
  });

  it('start the lab and the LDS session side by side, and become ready after both', () => {
    const plan = planPipeline('instantiate');
    expect(needsOf(plan, 'lab_start')).toEqual(needsOf(plan, 'lds_provision'));
    expect(needsOf(plan, 'mark_ready')).toEqual(['lab_start', 'lds_provision']);
  });

  it('close the access of the candidate before anything is collected', () => {
    const plan = planPipeline('collect_evidence');
    expect(plan[0]?.name).toBe('close_access');
    for (const step of plan.slice(1)) expect(step.needs).not.toEqual([]);
  });

  it('are given out as copies', () => {
    const step = planPipeline('teardown')[0];
    step?.needs.push('x');
    expect(planPipeline('teardown')[0]?.needs).toEqual([]);
  });
});

describe('a change by a definition', () => {
  const planned = (change: PipelineChange) => planPipeline('instantiate', change);

  it('removes a step: what needed it needs what it needed', () => {
    const plan = planned({ remove: ['tags_sync', 'lab_binding'] });
    expect(needsOf(plan, 'lab_start')).toEqual(['ports_alloc']);
    expect(plan.map(({ name }) => name)).not.toContain('tags_sync');
  });

  it('puts a step in, with defaults for what it does not say, where its needs and those of others place it', () => {
    const plan = planned({
      insert: [{ name: 'warm_up', handler: 'variables', needs: ['lab_start'] }],
      overrides: { mark_ready: { needs: ['warm_up', 'lds_provision'] } },
    });
    const names = plan.map(({ name }) => name);
    expect(names.indexOf('warm_up')).toBeGreaterThan(names.indexOf('lab_start'));
    expect(names.indexOf('warm_up')).toBeLessThan(names.indexOf('mark_ready'));
    expect(plan.find(({ name }) => name === 'warm_up')).toMatchObject({
      handler: 'variables',
      optional: false,
      retry: { maxAttempts: 3 },
    });
  });

  it('overrides shallowly and keeps what it does not name', () => {
    const plan = planned({ overrides: { lab_start: { timeoutSeconds: 5, name: 'other' } } });
    const built = planPipeline('instantiate').find(({ name }) => name === 'lab_start');
    expect(plan.find(({ name }) => name === 'lab_start')).toEqual({ ...built, timeoutSeconds: 5 });
  });

  it('may replace the whole pipeline', () => {
    const plan = planned({ steps: [{ name: 'mark_ready', needs: ['lab_start'] }, { name: 'lab_start' }] });
    expect(plan.map(({ name }) => name)).toEqual(['lab_start', 'mark_ready']);
  });

  it.each<[string, PipelineChange, RegExp]>([
    ['a step that is there already', { insert: [{ name: 'lab_start' }] }, /lab_start is there twice/],
    [
      'a need that is not there',
      { insert: [{ name: 'a', handler: 'variables', needs: ['b'] }] },
      /a needs b/,
    ],
    ['a step that needs itself', { overrides: { lab_resolve: { needs: ['mark_ready'] } } }, /needs itself/],
    ['a handler that does not exist', { insert: [{ name: 'a', handler: 'rm' }] }, /a wants the handler rm/],
    ['the removal of nothing', { remove: ['lab_stop'] }, /no step lab_stop to remove/],
    ['an override of nothing', { overrides: { lab_stop: {} } }, /no step lab_stop to override/],
  ])('is refused for %s', (_, change, message) => {
    expect(() => planned(change)).toThrow(expect.objectContaining({ code: 'rule' }));
    expect(() => planned(change)).toThrow(message);
  });
});

describe('the order of steps', () => {
  const step = (name: string, needs: string[]) => ({
    name,
    handler: name,
    needs,
    optional: false,
    timeoutSeconds: 1,
    retry: { maxAttempts: 1, delaySeconds: 0 },
    params: {},
  });
  const graph = fc
    .integer({ min: 1, max: 12 })
    .chain((size) =>
      fc
        .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 20 })
        .map((edges) => ({ size, edges })),
    );

  it('puts each step after its needs, or finds the circle that makes it impossible', () => {
    fc.assert(
      fc.property(graph, ({ size, edges }) => {
        const needs = Array.from({ length: size }, () => new Set<number>());
        for (const [from, to] of edges) needs[from]?.add(to);
        const steps = needs.map((some, index) =>
          step(
            `s${index}`,
            [...some].map((one) => `s${one}`),
          ),
        );
        // By removing what needs nothing, over and over.
        const left = new Set(needs.keys());
        for (let before = -1; before !== left.size; ) {
          before = left.size;
          for (const one of left)
            if ([...(needs[one] ?? [])].every((need) => !left.has(need))) left.delete(one);
        }
        if (left.size > 0) {
          expect(() => orderSteps(steps)).toThrow(/needs itself/);
          return;
        }
        const order = orderSteps(steps).map(({ name }) => name);
        expect(order.toSorted()).toEqual(steps.map(({ name }) => name).toSorted());
        for (const { name, needs: some } of steps)
          for (const need of some) expect(order.indexOf(need)).toBeLessThan(order.indexOf(name));
      }),
    );
  });
});
