import { ActionIcon, UnstyledButton } from '@mantine/core';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { texts } from '../texts/texts.ts';
import { AccountMenu } from './account-menu.tsx';
import { Breadcrumb } from './breadcrumb.tsx';
import { Clock } from './clock.tsx';
import { ConnectionBadge } from './connection-badge.tsx';
import styles from './top-bar.module.css';

interface TopBarProps {
  onSearch: () => void;
  onKeys: () => void;
  menuOpen: boolean;
  onMenu: () => void;
}

/** Where one is, search, how live the page is, what time it is, and who one is. */
export function TopBar({ onSearch, onKeys, menuOpen, onMenu }: TopBarProps) {
  return (
    <header className={styles.bar}>
      <ActionIcon
        className={styles.burger}
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={texts.nav.open}
        aria-expanded={menuOpen}
        aria-controls="nav"
        onClick={onMenu}
      >
        <IconMenu2 size={20} />
      </ActionIcon>
      <span className={styles.brand}>LCM</span>
      <Breadcrumb />
      <div className={styles.right}>
        <UnstyledButton className={styles.search} onClick={onSearch} aria-label={texts.top.search}>
          <IconSearch size={16} aria-hidden="true" />
          <span className={styles.searchText}>{texts.top.search}</span>
          <kbd className={styles.searchText}>⌘K</kbd>
        </UnstyledButton>
        <ConnectionBadge />
        <Clock />
        <AccountMenu onKeys={onKeys} />
      </div>
    </header>
  );
}
