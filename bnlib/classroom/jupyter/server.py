"""What the course adds to the Jupyter server that it is installed beside: a server extension."""

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from bnlib.classroom.jupyter.saving import pre_save_hook

CONNECTION = "kernel_websocket_connection_class"


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends small messages at once. TCP would hold some back for 40 ms, which sliders show."""

    def connect(self) -> Any:
        self.websocket_handler.set_nodelay(True)
        return super().connect()


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    server.contents_manager.register_pre_save_hook(pre_save_hook)
    settings = server.web_app.settings
    if settings[CONNECTION] is ZMQChannelsWebsocketConnection:  # and not a gateway to elsewhere
        settings[CONNECTION] = PromptConnection
