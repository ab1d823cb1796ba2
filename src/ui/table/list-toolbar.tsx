import { Button, Menu, TextInput } from '@mantine/core';
import { IconCheck, IconColumns3, IconFilter, IconX } from '@tabler/icons-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ListSearch, partOf, wordsOf } from '../app/search-params.ts';
import { useLetter } from '../app/use-shortcuts.ts';
import { Chip } from '../state/chip.tsx';
import { texts } from '../texts/texts.ts';
import { type Column, shownColumns } from './column.ts';
import { chosenOptions, type FilterOption } from './filter-option.ts';
import styles from './list-toolbar.module.css';

interface ListToolbarProps<E> {
  filters: readonly FilterOption<E>[];
  columns: readonly Column<E>[];
  search: ListSearch;
  onSearch: (change: Partial<ListSearch>) => void;
  waiting: number;
  onApply: () => void;
}

/** What a list is narrowed to, in sight and removable, and what it shows. */
export function ListToolbar<E>(props: ListToolbarProps<E>) {
  const { filters, columns, search, onSearch, waiting, onApply } = props;
  const words = wordsOf(search.state);
  const chosen = chosenOptions(filters, words);
  const toggle = (value: string) => {
    const without = chosen.filter((one) => one.value !== value).map((one) => one.value);
    onSearch({ state: partOf(without.length === chosen.length ? [...without, value] : without) });
  };
  const visible = shownColumns(columns, search.cols).map(({ id }) => id);
  const toggleColumn = (id: string) => {
    const next = visible.includes(id) ? visible.filter((one) => one !== id) : [...visible, id];
    onSearch({ cols: partOf(next) });
  };

  return (
    <div className={styles.toolbar}>
      <TextFilter text={search.q ?? ''} onText={(q) => onSearch({ q: q || undefined })} />
      <Menu closeOnItemClick={false} position="bottom-start" shadow="md">
        <Menu.Target>
          <Button size="xs" variant="default" leftSection={<IconFilter size={14} />}>
            {texts.table.addFilter}
          </Button>
        </Menu.Target>
        <Menu.Dropdown className={styles.options ?? ''}>
          {filters.map(({ value, look }) => {
            const on = chosen.some((one) => one.value === value);
            return (
              <Menu.Item
                key={value}
                role="menuitemcheckbox"
                aria-checked={on}
                onClick={() => toggle(value)}
                rightSection={
                  on ? <IconCheck size={14} aria-hidden="true" /> : <span className={styles.gap} />
                }
              >
                <Chip look={look} />
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      {chosen.map(({ value, look }) => (
        <button
          key={value}
          type="button"
          className={styles.pill}
          aria-label={texts.table.removeFilter(look.word)}
          onClick={() => toggle(value)}
        >
          <Chip look={look} />
          <IconX size={12} aria-hidden="true" />
        </button>
      ))}
      <div className={styles.right}>
        {waiting > 0 && (
          <Button size="xs" variant="default" title={texts.table.applyTitle} onClick={onApply}>
            {texts.table.waiting(waiting)} · {texts.table.apply}
          </Button>
        )}
        <Menu closeOnItemClick={false} position="bottom-end" shadow="md">
          <Menu.Target>
            <Button
              className={styles.columns ?? ''}
              size="xs"
              variant="subtle"
              color="gray"
              leftSection={<IconColumns3 size={14} />}
            >
              {texts.table.columns}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {columns
              .filter(({ always }) => !always)
              .map(({ id, header }) => (
                <Menu.Item
                  key={id}
                  role="menuitemcheckbox"
                  aria-checked={visible.includes(id)}
                  onClick={() => toggleColumn(id)}
                  rightSection={
                    visible.includes(id) ? (
                      <IconCheck size={14} aria-hidden="true" />
                    ) : (
                      <span className={styles.gap} />
                    )
                  }
                >
                  {header}
                </Menu.Item>
              ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  );
}

/** Keeps what is typed while the address catches up, and follows the address when one goes back. */
function TextFilter({ text, onText }: { text: string; onText: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const sent = useRef(text);
  const [typed, setTyped] = useState(text);
  useEffect(() => {
    if (text === sent.current) return;
    sent.current = text;
    setTyped(text);
  }, [text]);
  useLetter(
    '/',
    useCallback(() => field.current?.focus(), []),
  );
  const change = (next: string) => {
    setTyped(next);
    sent.current = next;
    onText(next);
  };
  return (
    <TextInput
      ref={field}
      size="xs"
      className={styles.text ?? ''}
      placeholder={`${texts.table.filter}  /`}
      aria-label={texts.table.filter}
      value={typed}
      onChange={({ currentTarget }) => change(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        if (typed) change('');
        else field.current?.blur();
      }}
    />
  );
}
