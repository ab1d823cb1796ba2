import type { SessionView } from '@lcm/core/api/sessions.ts';
import { Button, CopyButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { client } from '../app/client.ts';
import page from '../app/page.module.css';
import { texts } from '../texts/texts.ts';
import styles from './access-card.module.css';

/** The ways into the lab while they are open: the candidate's page, and each device. */
export function AccessCard({ view }: { view: SessionView }) {
  const open = view.userSession?.open === true;
  const { data } = useQuery({
    queryKey: ['user-session', view.id, view.status],
    queryFn: ({ signal }) => client.sessions.userSession({ params: { id: view.id }, signal }),
    enabled: open,
  });
  if (!open || !data || (!data.loginUrl && data.devices.length === 0)) return null;
  return (
    <section className={`${page.card} ${page.stack}`}>
      <div className={page.head}>
        <h2>{texts.session.access}</h2>
        {data.loginUrl && (
          <a className={page.push} href={data.loginUrl} target="_blank" rel="noreferrer">
            {texts.session.openLab}
          </a>
        )}
      </div>
      <ul>
        {data.devices.map(({ label, protocol, host, port }) => (
          <li key={`${label} ${protocol} ${port}`} className={styles.device}>
            <strong>{label}</strong>
            <span className="quiet">{protocol}</span>
            <span className="mono">
              {host}:{port}
            </span>
            <CopyButton value={`${host}:${port}`}>
              {({ copy, copied }) => (
                <Button size="compact-xs" variant="default" onClick={copy}>
                  {copied ? texts.session.copied : texts.failure.copy}
                </Button>
              )}
            </CopyButton>
          </li>
        ))}
      </ul>
    </section>
  );
}
