"""The sub-command `images`: list the images, or describe one.

With `--json` it prints a list of objects, or one object for a single image. Each object has the keys

- `image` (the full name), `name`, `kind`, `status`;
- `statusDetail`, `successor`, `os`, `python`, `framework`, `cuda`, `user`, `curatedEnvironment`, `baseImage`,
  `lastRelease`, `note`: strings, or null if unknown. Those about software and the user are facts about the tag of the
  command line, or about the newest known tag;
- `sources`: who says so, for each of these facts: `by its name`, `its recipe`, or a public page;
- `newestTag`: a string, or null; `tags`: all known tags, newest first;
- `tagsAsOf`: the time when the registry listed the tags, such as `2026-11-20T08:09:10Z`, or null if it never did;
  `tagsAreComplete`: whether it listed all of them.

The object of a single image also has `configuration`: null if unknown, else an object with `reference` (the tag or
digest that it belongs to), `asOf`, `digest`, `user`, `environment`, `workingDirectory`, `exposedPorts`, `labels` and
`created`.
"""
