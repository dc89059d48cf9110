export const Opening = () => (
  <main className="grid h-dvh place-items-center text-muted">Opening…</main>
);
