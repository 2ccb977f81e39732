interface MlflowAddress {
  readonly url: string
  readonly token?: string
  readonly login?: { readonly user: string; readonly password: string }
}

/** An MLflow server, asked with the token that is given, else with the login that MLflow's own client takes from its environment. */
export function mlflowAddress(url: string, token: string | undefined): MlflowAddress {
  const { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password } = process.env
  return {
    url,
    ...(token === undefined ? {} : { token }),
    ...(user && password ? { login: { user, password } } : {}),
  }
}
