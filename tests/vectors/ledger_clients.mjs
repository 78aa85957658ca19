// ethers and viem against a ledger, unchanged: node ledger_clients.mjs URL BYTECODE. Prints one JSON object.
import { ethers } from 'ethers';
import { createPublicClient, createWalletClient, defineChain, http, webSocket } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';

const [url, bytecode] = process.argv.slice(2);
const said = {};

// ethers: send, wait, deploy, call, filter logs, read a revert's reason. (It caches nonces for 250 ms; blocks come faster.)
const provider = new ethers.JsonRpcProvider(url, undefined, { cacheTimeout: -1 });
const wallet = new ethers.Wallet('0x' + '05'.repeat(32), provider);
said.chainId = Number((await provider.getNetwork()).chainId);
const sent = await wallet.sendTransaction({ to: '0x' + 'ab'.repeat(20), value: 0 });
said.ethersStatus = (await sent.wait()).status;
const abi = [
  'function total() view returns (uint256)',
  'function count(uint256 amount)',
  'event Counted(address indexed who, uint256 amount)',
];
const contract = await new ethers.ContractFactory(abi, bytecode, wallet).deploy();
await contract.waitForDeployment();
await (await contract.count(3)).wait();
said.total = Number(await contract.total());
said.logs = (await contract.queryFilter('Counted', 0)).length;
try {
  await contract.count.staticCall(30);
} catch (error) {
  said.revert = error.reason;
}

// viem: batches over HTTP, a transaction, a block heard of over WebSocket.
const chain = defineChain({
  id: said.chainId,
  name: 'azukari',
  nativeCurrency: { name: 'none', symbol: 'NONE', decimals: 18 },
  rpcUrls: { default: { http: [url] } },
});
const account = privateKeyToAccount('0x' + '06'.repeat(32));
const reading = createPublicClient({ chain, transport: http(url, { batch: true }) });
const writing = createWalletClient({ account, chain, transport: http(url) });
const listening = createPublicClient({ chain, transport: webSocket(url.replace('http', 'ws')) });
const heard = new Promise((resolve) => {
  const stop = listening.watchBlockNumber({
    emitOnBegin: false,
    onBlockNumber: (number) => {
      stop();
      resolve(number);
    },
  });
});
await listening.getBlockNumber();
const hash = await writing.sendTransaction({ to: account.address, value: 0n, gasPrice: 0n });
const receipt = await reading.waitForTransactionReceipt({ hash });
said.viemStatus = receipt.status;
const [block, nonce] = await Promise.all([reading.getBlock(), reading.getTransactionCount(account)]);
said.batched = [Number(block.number - receipt.blockNumber), nonce];
said.heardOf = Number((await heard) - receipt.blockNumber);
console.log(JSON.stringify(said));
process.exit(0);
