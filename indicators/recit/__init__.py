"""Le français : les phrases, le résumé, la méthode, et les petits dessins qui les accompagnent."""
