// ethers reads what `python -m chaincode deploy` published: node read_published.cjs URL FOLDER KEY. Prints one JSON object.
const fs = require('fs');
const path = require('path');
const { ethers } = require(require.resolve('ethers', { paths: [process.cwd()] }));

async function main() {
  const [url, folder, key] = process.argv.slice(2);
  const provider = new ethers.JsonRpcProvider(url, undefined, { cacheTimeout: -1 });
  const chain = String((await provider.getNetwork()).chainId);
  const said = { chain, sameChain: fs.readFileSync(path.join(folder, '.chainId'), 'utf8') === chain, contracts: {} };
  for (const file of fs.readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const artifact = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    said.contracts[artifact.contractName] =
      artifact.networks[chain].address === ethers.getAddress(artifact.address) &&
      (await provider.getCode(artifact.address)) === artifact.deployedBytecode;
  }
  const read = (name) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.json`), 'utf8'));
  const coin = read('coin');
  said.symbol = await new ethers.Contract(coin.address, coin.abi, provider).symbol();
  // A factory made of the file makes the same contract once more, with the constructor arguments that it names.
  const wallet = new ethers.Wallet(key, provider);
  const again = await ethers.ContractFactory.fromSolidity(coin, wallet).deploy(...coin.args);
  await again.waitForDeployment();
  said.again = (await provider.getCode(await again.getAddress())).length === coin.deployedBytecode.length;
  said.supply = String(await again.totalSupply());
  console.log(JSON.stringify(said));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
