import { describe, expect, it } from 'vitest';
import type { Bare } from './decider.ts';
import { workerTemplateId } from './ids.ts';
import { LICENCE_LIMITS, licenceServes } from './resources.ts';
import { given, type Wish } from './scenario.fixture.ts';
import { templateSpec } from './worker.fixture.ts';
import {
  capacityOf,
  type WorkerTemplateCommand,
  type WorkerTemplateEvent,
  workerTemplate,
  workerTemplateDecider,
} from './worker-template.ts';

type Event = Bare<WorkerTemplateEvent>;

const id = workerTemplateId.parse('metal');
const created: Event = { type: 'worker-template.created', id, spec: templateSpec };
const deleted: Event = { type: 'worker-template.deleted' };
const when = (history: readonly Event[], wish: Wish<WorkerTemplateCommand>) =>
  given(workerTemplateDecider, history).when(wish);

describe('a worker template', () => {
  it('is made once per name, and again after it was deleted', () => {
    when([], { type: 'create', id, spec: templateSpec }).happens(created);
    when([created], { type: 'create', id, spec: templateSpec }).isRefused('conflict', /metal exists already/);
    expect(when([created, deleted], { type: 'create', id, spec: templateSpec }).state().deleted).toBe(false);
  });

  it('is what the latest spec says: what that leaves out is gone', () => {
    const withSubnet = { ...templateSpec, subnetId: 'subnet-1' };
    const history = [{ ...created, spec: withSubnet } as Event];
    const template = when(history, { type: 'update', spec: templateSpec }).state();
    expect(template.subnetId).toBeUndefined();
    expect(workerTemplate.parse(template)).toEqual(template);
  });

  it('updated to what it is stays as it is', () => {
    when([created], { type: 'update', spec: templateSpec }).happens();
  });

  it('keeps its name', () => {
    when([created], { type: 'update', spec: { ...templateSpec, name: 'other' } }).isRefused(
      'rule',
      /cannot change/,
    );
  });

  it('has a port range with ports in it', () => {
    const spec = { ...templateSpec, portRange: { first: 3000, last: 2999 } };
    when([], { type: 'create', id, spec }).isRefused('rule', /ends before it starts/);
    when([created], { type: 'update', spec }).isRefused('rule');
  });

  it('is disabled and kept when it is deleted, and takes no changes then', () => {
    expect(when([created], { type: 'delete' }).state()).toMatchObject({
      deleted: true,
      enabled: false,
      name: 'metal',
    });
    when([created, deleted], { type: 'delete' }).isRefused('notFound');
    when([created, deleted], { type: 'update', spec: templateSpec }).isRefused('notFound');
  });
});

describe('the capacity of a template', () => {
  it('is its cores with what CML oversubscribes, and the ports of its range', () => {
    const capacity = capacityOf({
      ...templateSpec,
      cpuOvercommit: 2,
      portRange: { first: 2000, last: 2099 },
    });
    expect(capacity).toMatchObject({ cpuCores: 144, memoryGb: 192, ports: 100 });
  });

  it('takes its nodes from the licence where it says nothing', () => {
    expect(capacityOf({ ...templateSpec, licenceType: 'PERSONAL' })).toMatchObject({
      nodes: 20,
      sessions: 1,
    });
    expect(capacityOf({ ...templateSpec, maxNodes: 300 }).nodes).toBe(300);
    expect(LICENCE_LIMITS.ENTERPRISE.nodes).toBe(20);
  });
});

describe('a licence', () => {
  it('serves its own type, and any lab that asks for none', () => {
    expect(licenceServes('EDUCATION', ['EDUCATION', 'PERSONAL'])).toBe(true);
    expect(licenceServes('EVALUATION', [])).toBe(true);
    expect(licenceServes('PERSONAL', ['ENTERPRISE'])).toBe(false);
  });

  it('of type ENTERPRISE serves PERSONAL too', () => {
    expect(licenceServes('ENTERPRISE', ['PERSONAL'])).toBe(true);
    expect(licenceServes('ENTERPRISE', ['EDUCATION'])).toBe(false);
  });
});
