# Toxiproxy where its own image cannot be pulled; laid out like it.
FROM scratch
COPY .cache/bin/toxiproxy-server /toxiproxy
ENTRYPOINT ["/toxiproxy"]
CMD ["-host=0.0.0.0"]
