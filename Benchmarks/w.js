// The workloads of Programs/ for JavaScript: node w.js NAME [DOCUMENT] prints nanoseconds and result as JSON.
"use strict";

const work = {
  w1() {
    let sum = 0;
    for (let block = 0; block < 10; block++) {
      for (let i = 0; i < 1000000; i++) sum += (i * 2) % 7;
    }
    return sum;
  },

  w2() {
    let steps = 0;
    for (let i = 1; i < 30000; i++) {
      let m = i;
      while (m !== 1) {
        m = m % 2 === 0 ? m / 2 : m * 3 + 1;
        steps++;
      }
    }
    return steps;
  },

  w3() {
    const limit = 1000000;
    const prime = [];
    for (let i = 0; i < limit; i++) prime.push(true);
    let count = 0;
    for (let i = 2; i < limit; i++) {
      if (!prime[i]) continue;
      count++;
      for (let j = i * i; j < limit; j += i) prime[j] = false;
    }
    return count;
  },

  w4() {
    const items = [];
    for (let i = 0; i < 1000000; i++) items.push(`item${i}`);
    const line = items.join(",");
    return line.split(",").join("; ").length;
  },

  w5() {
    const names = [];
    const counts = {};
    for (let i = 0; i < 100; i++) {
      names.push(`key${i}`);
      counts[names[i]] = 0;
    }
    for (let i = 0; i < 1000000; i++) {
      const key = names[i % 100];
      counts[key] = counts[key] + 1;
    }
    return counts[names[7]];
  },

  w6() {
    const records = [];
    for (let i = 0; i < 200000; i++) records.push({ id: i, group: i % 10, score: (i * 3) % 101, name: "nm" });
    let total = 0;
    for (const record of records.filter((record) => record.score > 50)) total += record.score;
    return total;
  },

  w7(document) {
    let total = 0;
    for (const entry of JSON.parse(document)) total += entry.score + entry.tags.length + entry.nested.y;
    return total;
  },

  w8() {
    const n = 120;
    const a = [];
    const b = [];
    const c = [];
    for (let i = 0; i < n; i++) {
      a.push([]);
      b.push([]);
      c.push([]);
      for (let j = 0; j < n; j++) {
        a[i].push((i * 3 + j) % 11);
        b[i].push((i * 5 + j) % 11);
        c[i].push(0);
      }
    }
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let z = 0;
        for (let k = 0; k < n; k++) z += a[i][k] * b[k][j];
        c[i][j] = z;
      }
    }
    return c[n - 1][n - 1];
  },

  w9a() {
    const base = thousand();
    let sum = 0;
    for (let i = 0; i < 20000; i++) {
      const copy = base.slice();
      copy[i % 1000] = 1;
      sum += copy[5];
    }
    return sum;
  },

  w9b() {
    const base = thousand();
    let sum = 0;
    for (let block = 0; block < 2; block++) {
      for (let i = 0; i < 1000000; i++) {
        base[i % 1000] = i;
        sum += base[5];
      }
    }
    return sum;
  },

  w10() {
    return fib(27);
  },

  w11a() {
    const xs = numbers(1000000, (seed) => seed);
    let total = 0;
    for (let i = 0; i < 5; i++) total += xs.slice().sort((a, b) => a - b)[i * 1000];
    return total;
  },

  w11b() {
    const xs = numbers(1000000, (seed) => `key ${seed}`);
    let total = 0;
    for (let i = 0; i < 3; i++) total += xs.slice().sort()[i * 1000].length;
    return total;
  },

  w12() {
    const rows = numbers(100000, (seed, i) => ({ group: seed % 1000, value: i }));
    const groups = [];
    let last = null;
    for (const row of rows.sort((a, b) => a.group - b.group)) {
      if (row.group !== last) {
        last = row.group;
        groups.push({ group: last, total: 0 });
      }
      groups[groups.length - 1].total += row.value;
    }
    return groups.sort((a, b) => b.total - a.total)[0].total + groups.length;
  },

  w13() {
    const names = [];
    for (let i = 0; i < 1000000; i++) names.push(`key${i}`);
    const places = new Map();
    for (let i = 0; i < 1000000; i++) places.set(names[i], i);
    let total = 0;
    for (let i = 0; i < 1000000; i++) total += places.get(names[(i * 7919) % 1000000]);
    return total + places.size;
  },

  w14() {
    const a = { b: { c: { d: Array.from({ length: 100 }, (_, i) => ({ e: i })) } } };
    for (let i = 0; i < 1000000; i++) a.b.c.d[i % 100].e = a.b.c.d[(i + 1) % 100].e + 1;
    return a.b.c.d[7].e;
  },

  w15() {
    const item = "paper";
    let total = 0;
    for (let i = 0; i < 500000; i++) total += `order ${i}: ${i % 7} of ${item}`.length;
    return total;
  },

  w16() {
    const line = "17,paper,white,A4,500,3.99,Ulm,open";
    let total = 0;
    for (let i = 0; i < 200000; i++) {
      const fields = line.split(",");
      fields[0] = "18";
      total += fields.join("; ").length;
    }
    return total;
  },

  w17() {
    const rows = numbers(300000, (seed, i) => ({ city: `city ${seed % 1000}`, value: i }));
    const groups = new Map();
    for (const row of rows) {
      let group = groups.get(row.city);
      if (!group) {
        group = { count: 0, total: 0 };
        groups.set(row.city, group);
      }
      group.count += 1;
      group.total += row.value;
    }
    return groups.get("city 7").total + groups.get("city 8").count + groups.size;
  },

  find(document) {
    let count = 0;
    let last = null;
    for (let at = document.indexOf("ERROR"); at !== -1; at = document.indexOf("ERROR", at + 5)) {
      count++;
      last = at;
    }
    return count + last;
  },

  lines(document) {
    const lines = document.split("\n");
    let count = 0;
    for (const line of lines) if (line.includes("ERROR")) count++;
    return lines.length + count;
  },

  replace(document) {
    return document.replaceAll("INFO", "information").length;
  },

  slice(document) {
    let total = 0;
    for (let i = 0; i < 100000; i++) {
      const part = document.slice(i * 900, i * 900 + 20);
      if (part.startsWith("2")) total += part.length;
    }
    return total;
  },

  parse(document) {
    return JSON.parse(document).length;
  },

  print(value) {
    return JSON.stringify(value).length;
  },
};

function thousand() {
  return Array.from({ length: 1000 }, (_, i) => i);
}

function fib(n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

function numbers(count, make) {
  const list = [];
  let seed = 1;
  for (let i = 0; i < count; i++) {
    seed = (seed * 16807) % 2147483647;
    list.push(make(seed, i));
  }
  return list;
}

// Engines without modules are told by their host what to run.
if (typeof process !== "undefined") {
  const [name, path] = process.argv.slice(2);
  let given = path ? [require("fs").readFileSync(path, "utf8")] : [];
  if (name === "print") given = [JSON.parse(given[0])];
  const now = process.hrtime.bigint;
  let ns;
  let result;
  if (name === "tiny") {
    // The least time of a compilation and a run, of many.
    for (let turn = 0; turn < 2000; turn++) {
      const start = now();
      result = new Function(given[0])();
      const taken = Number(now() - start);
      ns = Math.min(ns ?? taken, taken);
    }
  } else {
    const start = now();
    result = work[name](...given);
    ns = Number(now() - start);
  }
  console.log(JSON.stringify({ ns, result }));
}
