# Testcontainers' reaper where its own image cannot be pulled; laid out like it.
FROM scratch
COPY .cache/bin/moby-ryuk /bin/ryuk
ENTRYPOINT ["/bin/ryuk"]
