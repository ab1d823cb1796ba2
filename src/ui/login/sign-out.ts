/** Ends the login here and at the issuer: the server sends the browser on. */
export function signOut(): void {
  location.assign('/api/auth/logout');
}
