// Community Solid Server listens on every interface and has no option for it: keep it to this machine.
const net = require("node:net");
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return typeof port === "number" && (rest.length === 0 || typeof rest[0] === "function")
    ? listen.call(this, { port, host: "127.0.0.1" }, ...rest)
    : listen.call(this, port, ...rest);
};
