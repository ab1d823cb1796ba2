import { Link } from '@tanstack/react-router';
import { texts } from '../texts/texts.ts';
import page from './page.module.css';

/** What stands where no page is. */
export function NotFound() {
  return (
    <div className={page.page}>
      <h1>{texts.notFound.title}</h1>
      <p>
        <Link to="/sessions">{texts.notFound.action}</Link>
      </p>
    </div>
  );
}
