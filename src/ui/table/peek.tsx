import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Entity, EntityStore } from '../store/entity-store.ts';
import { useEntity } from '../store/use-entity.ts';
import { texts } from '../texts/texts.ts';
import styles from './peek.module.css';

interface PeekProps<E extends Entity> {
  store: EntityStore<E>;
  id: string;
  onClose: () => void;
  /** Absent for what has no page of its own. */
  onOpen?: ((id: string) => void) | undefined;
  children: (entity: E) => ReactNode;
}

/** A glance at one row, beside the table. It takes no focus, so that the arrows go on in the table. */
export function Peek<E extends Entity>({ store, id, onClose, onOpen, children }: PeekProps<E>) {
  const entity = useEntity(store, id);
  return (
    <aside className={styles.peek} aria-label={id}>
      <div className={styles.bar}>
        <span className={`mono ${styles.id}`}>{id}</span>
        {onOpen && (
          <Button size="compact-sm" variant="default" onClick={() => onOpen(id)}>
            {texts.table.open}
          </Button>
        )}
        <ActionIcon variant="subtle" color="gray" onClick={onClose} aria-label={texts.table.peekClose}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      {entity ? children(entity) : <p className="quiet">{texts.session.unknown(id)}</p>}
    </aside>
  );
}
