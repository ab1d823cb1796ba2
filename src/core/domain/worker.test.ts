import { describe, expect, it } from 'vitest';
import { T0 } from './scenario.fixture.ts';
import { iso } from './time.ts';
import {
  attempt,
  condition,
  conditionInput,
  DRAINING,
  FAILED,
  launched,
  moved,
  PENDING,
  PROVISIONING,
  RUNNING,
  request,
  STARTING,
  STOPPED,
  TERMINATED,
  whenWorker,
} from './worker.fixture.ts';
import { mayHaveInstance } from './worker.ts';
import { conditionOf, holds } from './worker-state.ts';

const gone = condition('InstanceTerminated');
const HOUR = 3_600_000;

describe('a wish for a worker', () => {
  it('is made once', () => {
    expect(whenWorker([], request).state()).toMatchObject({
      status: 'PENDING',
      region: 'us-east-1',
      attempts: 0,
    });
    whenWorker(PENDING, request).isRefused('conflict');
  });

  it('may be planned anew until something was done for it', () => {
    const provisionAt = iso(T0 + HOUR);
    whenWorker(PENDING, { type: 'plan', provisionAt }).happens({ type: 'worker.planned', provisionAt });
    whenWorker([...PENDING, { type: 'worker.planned', provisionAt }], {
      type: 'plan',
      provisionAt,
    }).happens();
    whenWorker(PROVISIONING, { type: 'plan', provisionAt }).isRefused('conflict', /too late/);
  });

  it('that never asked for an instance is simply gone', () => {
    whenWorker(PENDING, { type: 'terminate' }).happens(moved('PENDING', 'TERMINATED'));
  });
});

describe('a launch', () => {
  it('is an intent first, with all that it is made of', () => {
    whenWorker(PENDING, { type: 'requestInstance', attempt: attempt(1) }).happens(
      launched(1),
      moved('PENDING', 'PROVISIONING'),
    );
  });

  it('repeated with the same token is the same launch', () => {
    whenWorker(PROVISIONING, { type: 'requestInstance', attempt: attempt(1) }).happens();
  });

  it('is not followed by another before it is known to have left nothing', () => {
    whenWorker(PROVISIONING, { type: 'requestInstance', attempt: attempt(2) }).isRefused(
      'conflict',
      /unconfirmed launch/,
    );
    whenWorker([...PROVISIONING, gone], { type: 'requestInstance', attempt: attempt(2) }).happens(
      launched(2),
    );
  });

  it('waits anew where an instance that was held for gone is seen again', () => {
    const history = [...FAILED, gone, moved('FAILED', 'PENDING'), condition('InstanceTerminated', 'False')];
    whenWorker(history, { type: 'requestInstance', attempt: attempt(2) }).isRefused('conflict', /i-1/);
  });

  it('starts from nothing: what was seen of the one before is forgotten', () => {
    const history = [
      ...STARTING,
      condition('InstanceRunning'),
      moved('STARTING', 'FAILED'),
      gone,
      moved('FAILED', 'PENDING'),
    ];
    const worker = whenWorker(history, { type: 'requestInstance', attempt: attempt(2) }).state();
    expect(worker).toMatchObject({ attempts: 2, conditions: [] });
    expect(worker.instanceId).toBeUndefined();
    expect(mayHaveInstance(worker)).toBe(true);
  });

  it('has one instance', () => {
    const assigned = { type: 'worker.instance.assigned', instanceId: 'i-1' } as const;
    whenWorker(PROVISIONING, { type: 'recordInstance', instanceId: 'i-1' }).happens(assigned);
    whenWorker([...PROVISIONING, assigned], { type: 'recordInstance', instanceId: 'i-1' }).happens();
    whenWorker(STARTING, { type: 'recordInstance', instanceId: 'i-2' }).isRefused(
      'conflict',
      /has instance i-1/,
    );
    whenWorker(PENDING, { type: 'recordInstance', instanceId: 'i-1' }).isRefused(
      'conflict',
      /asked for no instance/,
    );
  });
});

describe('a retry', () => {
  it('waits until no instance is left', () => {
    whenWorker(FAILED, { type: 'retry' }).isRefused('conflict', /may still have instance i-1/);
    whenWorker([...FAILED, gone], { type: 'retry' }).happens(moved('FAILED', 'PENDING'));
  });

  it('does not wait where none was ever asked for', () => {
    whenWorker([...PENDING, moved('PENDING', 'FAILED')], { type: 'retry' }).happens(
      moved('FAILED', 'PENDING'),
    );
  });

  it('is for failed workers', () => {
    whenWorker(STOPPED, { type: 'retry' }).isRefused('conflict');
    whenWorker(RUNNING, { type: 'retry' }).isRefused('conflict');
    whenWorker(PENDING, { type: 'retry' }).happens();
  });
});

describe('being schedulable', () => {
  it('takes a CML server that answers and a licence in compliance', () => {
    whenWorker(STARTING, { type: 'becomeReady' }).isRefused('conflict', /CmlReady/);
    whenWorker([...STARTING, condition('CmlReady')], { type: 'becomeReady' }).isRefused(
      'conflict',
      /Licensed/,
    );
    const both = [...STARTING, condition('CmlReady'), condition('Licensed')];
    whenWorker(both, { type: 'becomeReady' }).happens(moved('STARTING', 'RUNNING'));
    whenWorker([...both, condition('Licensed', 'Unknown')], { type: 'becomeReady' }).isRefused(
      'conflict',
      /Licensed/,
    );
    whenWorker(RUNNING, { type: 'becomeReady' }).happens();
  });

  it('is lost with CML', () => {
    whenWorker(RUNNING, { type: 'loseCml' }).happens(moved('RUNNING', 'STARTING'));
    whenWorker(STARTING, { type: 'loseCml' }).happens();
    whenWorker(PROVISIONING, { type: 'loseCml' }).isRefused('illegalTransition');
    whenWorker(STOPPED, { type: 'loseCml' }).isRefused('illegalTransition');
  });

  it('is not taken back by word that the instance runs', () => {
    whenWorker(PROVISIONING, { type: 'instanceRunning' }).happens(moved('PROVISIONING', 'STARTING'));
    whenWorker(STARTING, { type: 'instanceRunning' }).happens();
    whenWorker(RUNNING, { type: 'instanceRunning' }).isRefused('illegalTransition');
  });

  it('is not given by undraining a worker that is not draining', () => {
    whenWorker(DRAINING, { type: 'undrain' }).happens(moved('DRAINING', 'RUNNING'));
    whenWorker(STARTING, { type: 'undrain' }).isRefused('illegalTransition');
    whenWorker(DRAINING, { type: 'becomeReady' }).isRefused('illegalTransition');
  });
});

describe('starting and stopping', () => {
  it('starts what is stopped, and nothing else', () => {
    whenWorker(STOPPED, { type: 'start' }).happens(moved('STOPPED', 'STARTING'));
    whenWorker(RUNNING, { type: 'start' }).happens();
    whenWorker(PROVISIONING, { type: 'start' }).isRefused('illegalTransition');
  });

  it.each([
    ['STARTING', STARTING],
    ['RUNNING', RUNNING],
    ['DRAINING', DRAINING],
  ] as const)('stops from %s', (from, history) => {
    whenWorker(history, { type: 'stop' }).happens(moved(from, 'STOPPING'));
  });

  it('changes nothing where it is done', () => {
    whenWorker(DRAINING, { type: 'drain' }).happens();
    whenWorker(STOPPED, { type: 'markStopped' }).happens();
    whenWorker(FAILED, { type: 'fail' }).happens();
    whenWorker(RUNNING, { type: 'undrain' }).happens();
    whenWorker(STARTING, { type: 'start' }).happens();
    whenWorker(TERMINATED, { type: 'terminate' }).happens();
    whenWorker(TERMINATED, { type: 'markTerminated' }).happens();
  });

  it('leaves a terminated worker alone', () => {
    whenWorker(TERMINATED, { type: 'start' }).isRefused('illegalTransition');
    whenWorker(TERMINATED, { type: 'fail' }).isRefused('illegalTransition');
    whenWorker(TERMINATED, { type: 'requestInstance', attempt: attempt(2) }).isRefused('illegalTransition');
  });
});

describe('a condition', () => {
  it('holds since its status last changed, whatever its reason says', () => {
    const first = [...STARTING, condition('CmlReady', 'False')];
    const other = { ...conditionInput('CmlReady', 'False'), reason: 'Booting' };
    const same = whenWorker(first, { type: 'setCondition', condition: other }, T0 + HOUR).state();
    expect(conditionOf(same, 'CmlReady')).toEqual({ ...other, since: iso(T0) });
    const turned = whenWorker(
      first,
      { type: 'setCondition', condition: conditionInput('CmlReady') },
      T0 + HOUR,
    ).state();
    expect(conditionOf(turned, 'CmlReady')?.since).toBe(iso(T0 + HOUR));
    expect(holds(turned, 'CmlReady')).toBe(true);
  });

  it('reported again as it is changes nothing', () => {
    whenWorker(RUNNING, { type: 'setCondition', condition: conditionInput('CmlReady') }).happens();
  });
});

describe('an observation', () => {
  const labs = { total: 3, running: 1 };

  it('leaves alone what was not looked at', () => {
    const history = [...RUNNING, { type: 'worker.observed', observation: { labs } } as const];
    const worker = whenWorker(history, {
      type: 'observe',
      observation: { instance: { state: 'running' } },
    }).state();
    expect(worker).toMatchObject({ labs, instance: { state: 'running' } });
  });

  it('of what is known changes nothing', () => {
    const history = [...RUNNING, { type: 'worker.observed', observation: { labs } } as const];
    whenWorker(history, { type: 'observe', observation: { labs: { running: 1, total: 3 } } }).happens();
  });

  it('pays from the launch until the instance is stopped', () => {
    const running = {
      type: 'worker.observed',
      observation: { instance: { state: 'pending', launchedAt: iso(T0) } },
    } as const;
    const stopped = { type: 'observe', observation: { instance: { state: 'stopped' } } } as const;
    const worker = whenWorker([...STARTING, running], stopped, T0 + HOUR).state();
    expect(worker.billing).toEqual({ seconds: 3_600 });
    expect(whenWorker(STARTING, stopped, T0 + HOUR).state().billing).toEqual({ seconds: 0 });
  });
});

describe('leaving a worker alone', () => {
  it('is asked for once', () => {
    const until = iso(T0 + HOUR);
    const snoozed = { type: 'worker.snoozed', until } as const;
    whenWorker(RUNNING, { type: 'snooze', until }).happens(snoozed);
    whenWorker([...RUNNING, snoozed], { type: 'snooze', until }).happens();
    const paused = [...RUNNING, { type: 'worker.reconcile.paused' } as const];
    whenWorker(RUNNING, { type: 'pauseReconcile' }).happens({ type: 'worker.reconcile.paused' });
    whenWorker(paused, { type: 'pauseReconcile' }).happens();
    whenWorker(paused, { type: 'resumeReconcile' }).happens({ type: 'worker.reconcile.resumed' });
    whenWorker(RUNNING, { type: 'resumeReconcile' }).happens();
  });
});
