import { publicContract } from '@lcm/core/api/contract.ts';
import type { DefinitionView } from '@lcm/core/api/definitions.ts';
import { LinkButton } from '../app/link-button.tsx';
import { useMayCall } from '../app/me.ts';
import page from '../app/page.module.css';
import { Facts } from '../session/facts.tsx';
import { Chip } from '../state/chip.tsx';
import { definitionLook } from '../state/definition-look.ts';
import { texts } from '../texts/texts.ts';
import { Age } from '../time/age.tsx';

const { columns, ...words } = texts.definitions;

/** The glance at a definition version: what it needs, what was found, whether it can be booked. */
export function DefinitionSummary({ view }: { view: DefinitionView }) {
  const mayCall = useMayCall();
  const { spec, facts, sync } = view;
  const { need } = facts;
  return (
    <>
      <div className={page.head}>
        <h2>
          {spec.name} <span className="quiet">{spec.version}</span>
        </h2>
        <Chip look={definitionLook(view)} />
        {view.status === 'ACTIVE' && mayCall(publicContract.sessions.book) && (
          <LinkButton size="xs" to="/book" search={{ definition: view.id }}>
            {words.book}
          </LinkButton>
        )}
      </div>
      {spec.description && <p>{spec.description}</p>}
      <Facts
        facts={[
          [columns.title, spec.title ?? facts.title],
          [columns.sync, `${sync.status}${sync.message ? `: ${sync.message}` : ''}`],
          [columns.duration, words.minutes(spec.maxDurationMinutes)],
          [columns.nodes, String(facts.nodeCount)],
          [words.needs, words.needText(need.cpuCores, need.memoryGb, need.storageGb, need.ports)],
          [words.nodeDefinitions, facts.nodeDefinitions.join(', ')],
          [words.published, <Age key="a" at={view.createdAt} />],
        ]}
      />
      {facts.findings.length > 0 && (
        <section className={page.stack}>
          <h3>{words.findingsTitle}</h3>
          <ul>
            {facts.findings.map(({ severity, code, message, where }) => (
              <li key={`${code} ${where} ${message}`}>
                <strong>{severity}</strong> {message} <span className="quiet mono">{where}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
