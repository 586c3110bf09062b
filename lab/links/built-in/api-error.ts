/** A refusal in Toxiproxy's shape: `{"error": message, "status": status}` with that HTTP status. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
