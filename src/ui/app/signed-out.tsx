import { Button } from '@mantine/core';
import { retryNow } from '../live/live.ts';
import { texts } from '../texts/texts.ts';
import page from './page.module.css';

/** What stands in place of a page when the server does not know who is there. */
export function SignedOut() {
  return (
    <div className={page.page}>
      <h1>{texts.signedOut.title}</h1>
      <p>{texts.signedOut.text}</p>
      <p>
        <Button onClick={retryNow}>{texts.signedOut.action}</Button>
      </p>
    </div>
  );
}
