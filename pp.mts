import { crashed } from "./functions/simulate/exhaustive.ts";
import { scenarios } from "./functions/simulate/scenarios.ts";
const s=scenarios.find(x=>x.name==="a kill in the middle")!; const t=performance.now(); let n=0; const c0=process.cpuUsage();
for(let a=1;a<159;a+=5) for(let b=a+1;b<159;b+=8) { await crashed(s,{crashes:[{at:a,kind:"crash before"},{at:b,kind:"crash after"}]}); n++; }
const c=process.cpuUsage(c0);
console.log(n, ((c.user+c.system)/n/1000).toFixed(2), "cpu ms a run", ((performance.now()-t)/n).toFixed(2));
