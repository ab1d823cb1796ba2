import type { WorkerView } from '@lcm/core/api/workers.ts';
import { dollars } from '../session/dollars.ts';
import { Facts } from '../session/facts.tsx';
import { Chip } from '../state/chip.tsx';
import { workerLook } from '../state/worker-look.ts';
import { texts } from '../texts/texts.ts';
import { Age } from '../time/age.tsx';
import { Conditions } from './conditions.tsx';
import { Share } from './share.tsx';
import styles from './worker-summary.module.css';

const { fact } = texts.workers;

/** The glance at a worker: state, conditions, what is promised, facts. */
export function WorkerSummary({ view }: { view: WorkerView }) {
  return (
    <>
      <div className={styles.line}>
        <Chip look={workerLook(view.status)} />
        <span className="quiet">
          <Age at={view.statusSince} />
        </span>
      </div>
      <section className={styles.part}>
        <h3>{texts.workers.conditions}</h3>
        <Conditions conditions={view.conditions} />
      </section>
      <section className={styles.part}>
        <h3>{texts.workers.promised}</h3>
        <Promised view={view} />
      </section>
      <section className={styles.part}>
        <h3>{texts.workers.facts}</h3>
        <WorkerFacts view={view} />
      </section>
    </>
  );
}

/** What is promised of its capacity right now. */
export function Promised({ view }: { view: WorkerView }) {
  const { columns } = texts.workers;
  return (
    <Facts
      facts={[
        [columns.sessions, String(view.sessions)],
        [columns.cpu, <Share key="c" share={view.occupancy.cpuCores} />],
        [columns.memory, <Share key="m" share={view.occupancy.memoryGb} />],
        [columns.nodes, <Share key="n" share={view.occupancy.nodes} />],
      ]}
    />
  );
}

/** What is known about a worker. */
export function WorkerFacts({ view }: { view: WorkerView }) {
  const { instance, cml, licence, labs, template } = view;
  return (
    <Facts
      facts={[
        [fact.region, view.region],
        [fact.template, `${template.name}, ${template.instanceType}`],
        [fact.perHour, dollars(template.costPerHourUsd)],
        [fact.cost, dollars(view.costUsd)],
        [fact.admission, view.admission],
        [fact.provisionAt, view.status === 'PENDING' && view.provisionAt],
        [
          fact.instance,
          view.instanceId && (
            <span className="mono">
              {view.instanceId} {instance?.state}
            </span>
          ),
        ],
        [fact.address, instance && <span className="mono">{instance.privateIp ?? instance.publicIp}</span>],
        [fact.cml, cml && `${cml.version}${cml.admissionState ? `, ${cml.admissionState}` : ''}`],
        [fact.licence, licence && `${licence.product}: ${licence.authorization}`],
        [fact.labs, labs && texts.workers.labs(labs.running, labs.total)],
        [
          fact.id,
          <span key="i" className="mono">
            {view.id}
          </span>,
        ],
      ]}
    />
  );
}
