// What mongosh runs on a host: it reads one request per line and answers with one line each.
//
// Request: {id, connection, uri, name, address, limit, database, command}, or {connection, close: true}.
// Answer:  {id, reply} with the reply in canonical extended JSON, or {id, error: {name, code, codeName, message}}.
// A connection is kept until it fails or is closed. End of input ends the process.
(async () => {
  const dns = require('dns');
  const fs = require('fs');
  const readline = require('readline');

  // The name is what TLS verifies; the address is what is dialled.
  const addresses = new Map();
  const ask = dns.lookup;
  dns.lookup = function (name, options, done) {
    const address = addresses.get(String(name).toLowerCase());
    if (address === undefined) return ask.apply(dns, arguments);
    const told = typeof options === 'function' ? options : done;
    const family = address.includes(':') ? 6 : 4;
    const all = options !== null && typeof options === 'object' && options.all === true;
    process.nextTick(() => (all ? told(null, [{ address, family }]) : told(null, address, family)));
  };

  const send = (text) => { process.stdout.write(text + '\n'); };

  const connections = new Map();
  const forget = async (key) => {
    const connection = connections.get(key);
    connections.delete(key);
    try {
      if (connection) await connection.close();
    } catch (error) {
      // It was of no use any more.
    }
  };

  const open = async (request) => {
    if (connections.has(request.connection)) return connections.get(request.connection);
    addresses.set(request.name.toLowerCase(), request.address);
    const connection = await new Mongo(request.uri);
    connections.set(request.connection, connection);
    return connection;
  };

  const run = async (request) => {
    const connection = await open(request);
    return await connection.getDB(request.database).runCommand(request.command);
  };

  const limited = (request) =>
    new Promise((done, failed) => {
      const late = () => failed(new Error('no reply within ' + request.limit + ' ms'));
      const timer = setTimeout(late, request.limit);
      run(request).then(
        (reply) => { clearTimeout(timer); done(reply); },
        (error) => { clearTimeout(timer); failed(error); },
      );
    });

  const serve = async (line) => {
    const request = EJSON.parse(line);
    if (request.close === true) {
      await forget(request.connection);
      return;
    }
    try {
      const reply = await limited(request);
      send('{"id":' + Number(request.id) + ',"reply":' + EJSON.stringify(reply, { relaxed: false }) + '}');
    } catch (error) {
      // What the server itself answered leaves the connection as good as it was.
      if (error.name !== 'MongoServerError') await forget(request.connection);
      const code = typeof error.code === 'number' ? error.code : null;
      const codeName = typeof error.codeName === 'string' ? error.codeName : '';
      const told = { name: String(error.name), code, codeName, message: String(error.message) };
      send(JSON.stringify({ id: Number(request.id), error: told }));
    }
  };

  // Whatever becomes of the shell that started us, the private home goes with us.
  process.on('exit', () => {
    const home = process.env.HOME;
    if (/^\/tmp\/tlsplan-mongosh\.[A-Za-z0-9]+$/.test(home)) fs.rmSync(home, { recursive: true, force: true });
  });

  const input = readline.createInterface({ input: process.stdin, terminal: false });
  input.on('line', (line) => { serve(line).catch(() => {}); });
  input.on('close', () => process.exit(0));
  send(JSON.stringify({ ready: true, version: version() }));
  await new Promise(() => {});
})();
