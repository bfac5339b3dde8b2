// A service of known capacity, as a program of its own: works on so many requests at once, for so long each; the others queue, and
// one whose client has left is not worked on.
//   node tests/load/slow-service.ts PORT AT_ONCE EACH_MS
import { createServer, type ServerResponse } from "node:http";

const [port, at_once, each_ms] = process.argv.slice(2).map(Number) as [number, number, number];
const body = JSON.stringify({ filling: "x".repeat(1000) });
const queue: ServerResponse[] = [];
let working = 0;

function work(): void {
  while (working < at_once && queue.length > 0) {
    const response = queue.shift() as ServerResponse;
    if (response.destroyed) continue;
    working++;
    setTimeout(() => {
      working--;
      response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
      work();
    }, each_ms);
  }
}

createServer((incoming, response) => {
  incoming.resume();
  queue.push(response);
  work();
})
  .on("connection", (socket) => socket.setNoDelay(true))
  .listen({ port, host: "127.0.0.1", backlog: 4096 });
