import { Button } from '@mantine/core';
import { texts } from '../texts/texts.ts';
import page from './page.module.css';

/** What stands in place of a page when nobody is logged in. */
export function SignedOut() {
  const here = encodeURIComponent(location.pathname + location.search);
  return (
    <div className={page.page}>
      <h1>{texts.signedOut.title}</h1>
      <p>{texts.signedOut.text}</p>
      <p>
        <Button component="a" href={`/api/auth/login?returnTo=${here}`}>
          {texts.signedOut.action}
        </Button>
      </p>
    </div>
  );
}
