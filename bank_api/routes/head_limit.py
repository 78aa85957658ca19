"""No head of a request is longer than anybody needs: one without end would go into memory until the process is ended.

uvicorn bounds neither the request line nor headers, and its parser tells of a header only when all of it has come. So
what is no body is counted here, as it comes from the wire, before any middleware knows of a request.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES_MAX = 65_536
"""Request line and headers; also whatever else is no body: trailers, chunk extensions."""


class HeadLimit(HttpToolsProtocol):
    """uvicorn's HTTP protocol; it hangs up on whoever never comes to a head's end. Its parser calls the on_ methods."""

    _beside_body_bytes = 0

    def data_received(self, data: bytes) -> None:
        self._beside_body_bytes += len(data)
        super().data_received(data)
        if self._beside_body_bytes > HEAD_BYTES_MAX and not self.transport.is_closing():
            self.send_400_response("The head of the request is too long.")

    def on_headers_complete(self) -> None:
        self._beside_body_bytes = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._beside_body_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._beside_body_bytes = 0
        super().on_message_complete()
