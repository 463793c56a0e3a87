// Finds the number whose SHA-256 with the salt before it is the challenge (the scheme of ALTCHA).
"use strict";

self.onmessage = async ({ data }) => {
  const encode = new TextEncoder();
  const salt = data.salt.endsWith("&") ? data.salt : `${data.salt}&`;
  for (let number = 0; number <= data.maxnumber; number += 1) {
    const digest = await crypto.subtle.digest("SHA-256", encode.encode(salt + number));
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    if (hex === data.challenge) {
      self.postMessage(number);
      return;
    }
  }
  self.postMessage(null);
};
