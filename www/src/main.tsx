import { render } from "preact";

const root = document.getElementById("app");
if (root) {
  render(<h1>Chatting Time</h1>, root);
}
