"""JupyterLab as the course starts it: jupyter lab --config=jupyter_config.py"""

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends small messages at once. TCP would hold some back for 40 ms, which sliders show."""

    def connect(self):
        self.websocket_handler.set_nodelay(True)
        return super().connect()


c = get_config()  # noqa: F821 (Jupyter provides it)
c.ServerApp.allow_root = True
c.ServerApp.answer_yes = True
c.ServerApp.kernel_websocket_connection_class = PromptConnection
c.ContentsManager.pre_save_hook = "bnlib.classroom.saving.pre_save_hook"
c.LabApp.default_url = "/lab/tree/notebooks/01_formula.ipynb"
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
