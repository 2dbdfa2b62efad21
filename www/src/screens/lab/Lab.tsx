export function Lab() {
  return <div class="lab" />;
}
