// A real authorization server (oidc-provider) with one public client, and a payroll that it guards.
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: "azukari", token_endpoint_auth_method: "none", application_type: "native",
    redirect_uris: [redirect], grant_types: ["authorization_code"], response_types: ["code"],
  }],
  scopes: ["openid", "payroll"],
  pkce: { required: () => true, methods: ["S256"] },
  features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
});
provider.use(async (ctx, next) => {
  if (ctx.path !== "/payroll") return next();
  const token = await provider.AccessToken.find((ctx.get("authorization") || "").replace("Bearer ", ""));
  if (!token || !token.scope.split(" ").includes("payroll")) { ctx.status = 401; return; }
  ctx.body = { person: { name: token.accountId, age: 41 }, income: { year: 2026, yen: 4_200_000 } };
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
