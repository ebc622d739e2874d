"""The same change of many tickets: asked for once, done one ticket at a time, taken back as one."""
