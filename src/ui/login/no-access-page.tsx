import { Button } from '@mantine/core';
import { texts } from '../texts/texts.ts';
import styles from './sign-in-page.module.css';
import { signOut } from './sign-out.ts';

/** What stands in place of everything for those whom the issuer knows and who may do nothing here. */
export function NoAccessPage() {
  return (
    <main id="content" className={styles.page} tabIndex={-1}>
      <h1>{texts.noAccess.title}</h1>
      <p>{texts.noAccess.text}</p>
      <Button onClick={signOut}>{texts.signOut}</Button>
    </main>
  );
}
